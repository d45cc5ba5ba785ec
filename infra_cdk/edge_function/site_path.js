// Viewer request, CloudFront Functions 2.0: the file of the site for a path. All pages are one file; what is no page,
// and the page of a store that there is not, get a copy of it, to which site_status.js gives the status 404.
import cf from 'cloudfront';

// The same rule as infra_cdk/site_pages.py; tests/support/site_paths.json has cases for both.
const ID = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
const STORE = new RegExp(`^/store/(${ID})((/cart|/item/${ID})?/?)$`);
const OTHER = /^(\/|\/(privacy|imprint)\/?|\/order\/[a-z2-7]{26}\/?|\/signin\/?|\/(staff|office|ops)(\/.*)?)$/;
const NOT_FOUND = '/not-found.html';

// The id of a store as it is spelled, or an empty text where there is no such store. The KeyValueStore has each id under
// itself and in lower case, and the key `*` once it was filled. Without its answer every id is taken for that of a store.
async function spelled(id) {
  try {
    const stores = cf.kvs();
    if (await stores.exists(id)) return await stores.get(id);
    if (await stores.exists(id.toLowerCase())) return await stores.get(id.toLowerCase());
    return (await stores.exists('*')) ? '' : id;
  } catch (error) {
    console.log(`store not looked up: ${error}`);
    return id;
  }
}

function queryOf(query) {
  const parts = [];
  for (const name in query) {
    const values = query[name].multiValue || [query[name]];
    values.forEach((one) => parts.push(one.value === '' ? name : `${name}=${one.value}`));
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

async function handler(event) {
  const request = event.request;
  const store = STORE.exec(request.uri);
  const last = request.uri.split('/').pop();
  if (/^\/graphiql\/?$/.test(request.uri)) {
    request.uri = '/graphiql.html';
  } else if (OTHER.test(request.uri)) {
    request.uri = '/index.html';
  } else if (store) {
    const id = await spelled(store[1]);
    if (id !== '' && id !== store[1]) {
      return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {
          location: { value: `/store/${id}${store[2]}${queryOf(request.querystring)}` },
          'cache-control': { value: 'public, max-age=3600' },
        },
      };
    }
    request.uri = id === '' ? NOT_FOUND : '/index.html';
  } else if (last.indexOf('.') < 0) {
    request.uri = NOT_FOUND;
  }
  if (request.uri === NOT_FOUND) {
    // "Not modified" has no body, and its status could not become 404.
    delete request.headers['if-none-match'];
    delete request.headers['if-modified-since'];
  }
  return request;
}
