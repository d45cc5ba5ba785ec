// Viewer request, CloudFront Functions 2.0: the site is one page, whatever path a store's menu has.
function handler(event) {
  const request = event.request;
  const last = request.uri.split('/').pop();
  if (/^\/graphiql\/?$/.test(request.uri)) {
    request.uri = '/graphiql.html';
  } else if (last.indexOf('.') < 0) {
    request.uri = '/index.html';
  }
  return request;
}
