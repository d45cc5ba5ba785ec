// Viewer request, CloudFront Functions 2.0: send a request for the API to the nearest region that is
// not drained, and a read also to the next one if that fails.
import cf from 'cloudfront';

// Written by the stack: [region, latitude, longitude] in the order of the deployment file.
const REGIONS = /* REGIONS */ [];
const FAIL_OVER = [500, 502, 503, 504];
const EITHER = 'application/graphql-response+json';

// The drain flags, as a list of regions in one key. A store that does not answer drains nothing: a
// flag is an operator's wish, and the health checks look at what is really ill.
async function drained() {
  try {
    return (await cf.kvs().get('drained')).split(',').map((name) => name.trim());
  } catch (error) {
    return [];
  }
}

function number(headers, name) {
  const value = headers[name] ? parseFloat(headers[name].value) : NaN;
  return isFinite(value) ? value : null;
}

// Grows with the distance on the globe (haversine, without the last steps that keep the order).
function distance(latitude, longitude, region) {
  const radians = Math.PI / 180;
  const north = Math.sin(((region[1] - latitude) * radians) / 2);
  const east = Math.sin(((region[2] - longitude) * radians) / 2);
  return (
    north * north +
    Math.cos(latitude * radians) * Math.cos(region[1] * radians) * east * east
  );
}

// Regions from near to far; in the deployment's order where the place of viewer or region is
// unknown.
function byDistance(headers) {
  const latitude = number(headers, 'cloudfront-viewer-latitude');
  const longitude = number(headers, 'cloudfront-viewer-longitude');
  const order = REGIONS.map((region, index) => ({
    name: region[0],
    far:
      latitude === null || longitude === null || region[1] === null
        ? 2 + index
        : distance(latitude, longitude, region),
  }));
  order.sort((one, other) => one.far - other.far);
  return order.map((region) => region.name);
}

function origin(region) {
  return `api-${region}`;
}

async function handler(event) {
  const request = event.request;
  try {
    const flags = await drained();
    const near = byDistance(request.headers);
    const open = near.filter((region) => flags.indexOf(region) < 0);
    // Everything drained is a mistake or a drill; nobody is served by taking it literally.
    const order = open.length > 0 ? open : near;
    const read = request.method !== 'POST' && request.uri.indexOf('/graphql/persisted/') === 0;
    if (read) {
      // One answer in two media types: every other way to ask for them would be cached apart.
      const accept = request.headers.accept ? request.headers.accept.value : '*/*';
      if (accept.indexOf(EITHER) >= 0) {
        request.headers.accept = { value: EITHER };
      } else if (/\*\/\*|application\/(\*|json)/.test(accept)) {
        request.headers.accept = { value: 'application/json' };
      }
      // A drained region is still a better second try than none.
      const second = order[1] || near.find((region) => region !== order[0]);
      if (second) {
        cf.createRequestOriginGroup({
          originIds: [{ originId: origin(order[0]) }, { originId: origin(second) }],
          selectionCriteria: 'default',
          failoverCriteria: { statusCodes: FAIL_OVER },
        });
      } else {
        cf.selectRequestOriginById(origin(order[0]));
      }
    } else if (open.length > 0 && open.length < near.length) {
      // Else the behavior's own origin is right: the latency record knows more than a map.
      cf.selectRequestOriginById(origin(order[0]));
    }
  } catch (error) {
    // The behavior's own origin answers; an exception here would be a 503 for the client.
    console.log(`region not chosen: ${error}`);
  }
  return request;
}
