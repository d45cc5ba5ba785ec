// Viewer response, CloudFront Functions 2.0: what is no page of the site, and no store, has the status 404.
function handler(event) {
  const response = event.response;
  if (event.request.uri === '/not-found.html') {
    response.statusCode = 404;
    response.statusDescription = 'Not Found';
  }
  return response;
}
