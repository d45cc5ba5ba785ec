// Viewer request, CloudFront Functions 2.0. Route 53 chooses the region, and knows which are ill;
// this function steps in only while regions are drained, so that a flag counts within seconds.
import cf from 'cloudfront';

// Written by the stack: [region, latitude, longitude] in the order of the deployment file, the name
// below which the regions' names are, the status codes at which the second origin is asked.
const REGIONS = /* REGIONS */ [];
const API = /* API */ '';
// The name below which the regions' names for live updates are, and the wait for a handshake.
const LIVE = /* LIVE */ '';
const HANDSHAKE_S = /* HANDSHAKE_S */ 0;
const FAIL_OVER = /* FAIL_OVER */ [];
// The paths of a write's first, second and third attempt, and whether the third has a name of its own.
const WRITE_PATHS = /* WRITE_PATHS */ [];
const HAS_THIRD = /* HAS_THIRD */ false;
const EITHER = 'application/graphql-response+json';
const JSON_ONLY = 'application/json';

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

// What a header accepts, by media type: its weight (RFC 9110, 12.4.2). What is no number is 0.
function weightsOf(accept) {
  const weights = {};
  for (const part of accept.toLowerCase().split(',')) {
    const pieces = part.split(';').map((piece) => piece.trim());
    if (!pieces[0]) continue;
    const given = pieces.slice(1).find((piece) => /^q\s*=/.test(piece));
    const weight = given ? given.slice(given.indexOf('=') + 1).trim() : '1';
    weights[pieces[0]] = /^(\d+\.?\d*|\.\d+)$/.test(weight) ? parseFloat(weight) : 0;
  }
  return weights;
}

// One answer in two media types: every other way to ask for them would be cached apart. The regions
// read the header by the same rule (services/menu_api/negotiation.py). What accepts neither type
// stays as it is: the regions refuse it.
function normalizeAccept(headers) {
  const weights = weightsOf(headers.accept ? headers.accept.value : '');
  const either = weights[EITHER] || 0;
  const json = weights[JSON_ONLY] || 0;
  const ranges = ['application/*', '*/*'].filter((range) => weights[range] !== undefined);
  if (either > 0 || json > 0) {
    headers.accept = { value: either >= json ? EITHER : JSON_ONLY };
  } else if (Object.keys(weights).length === 0) {
    headers.accept = { value: '*/*' };
  } else if (ranges.length > 0 && weights[ranges[0]] > 0) {
    // A type that was named beside the range is refused: q=0.
    if (weights[JSON_ONLY] === undefined) headers.accept = { value: '*/*' };
    else if (weights[EITHER] === undefined) headers.accept = { value: EITHER };
  }
}

// Send a read past the drained regions. One region has a name that leaves it out, and there health
// checks count as ever. For several the map alone decides, until each record has followed its flag.
function leaveRead(open, out) {
  cf.createRequestOriginGroup({
    originIds: [
      { originId: out.length > 1 ? `api-${open[0]}` : `without-${out[0]}` },
      // A drained region is still a better second try than none.
      { originId: `api-${open[1] || out[0]}` },
    ],
    selectionCriteria: 'default',
    failoverCriteria: { statusCodes: FAIL_OVER },
  });
}

// Likewise an attempt of a write, counted from 0. Only the name: time-outs are those of the behavior's
// own origin.
function leaveWrite(attempt, open, out) {
  let names = open.concat(out);
  if (out.length === 1) {
    const second = HAS_THIRD ? [`second-without-${out[0]}`] : open.slice(1, 2);
    // With a third open region, the farthest of the three: the two names lead to the nearest ones.
    names = [`without-${out[0]}`].concat(second, open.slice(2, 3), out);
  }
  cf.updateRequestOrigin({ domainName: `${names[attempt % names.length]}.${API}` });
}

// A WebSocket handshake. CloudFront shows functions neither Upgrade nor Connection (developer guide,
// "Restrictions on all edge functions"); every handshake has a key (RFC 6455, 4.1).
function opensWebSocket(request) {
  return (
    request.method === 'GET' &&
    WRITE_PATHS.indexOf(request.uri) >= 0 &&
    request.headers['sec-websocket-key'] !== undefined
  );
}

// Send a handshake to the live updates of the nearest region that is healthy and not drained; by the
// later paths, which clients take whose connection was lost, to another region. Names that lead past
// the nearest region exist where there is more than one.
function openLive(again, open, out) {
  let name = again && REGIONS.length > 1 ? `next.${LIVE}` : LIVE;
  if (open.length > 0 && out.length === 1) {
    name = again ? `${open[1] || open[0]}.${LIVE}` : `without-${out[0]}.${LIVE}`;
  } else if (open.length > 0 && out.length > 1) {
    name = `${(again && open[1]) || open[0]}.${LIVE}`;
  }
  cf.updateRequestOrigin({ domainName: name, timeouts: { readTimeout: HANDSHAKE_S } });
}

async function handler(event) {
  const request = event.request;
  try {
    const live = opensWebSocket(request);
    const read = request.method !== 'POST' && request.uri.indexOf('/graphql/persisted/') === 0;
    const attempt = Math.max(0, WRITE_PATHS.indexOf(request.uri));
    if (read) {
      normalizeAccept(request.headers);
    } else if (!live && request.uri === WRITE_PATHS[attempt]) {
      // The regions know one path; the header is what they repeat in their answer.
      request.uri = WRITE_PATHS[0];
      request.headers['x-carte-attempt'] = { value: `${attempt + 1}` };
    }
    const flags = await drained();
    const near = byDistance(request.headers);
    const open = near.filter((region) => flags.indexOf(region) < 0);
    const out = near.filter((region) => open.indexOf(region) < 0);
    if (live) {
      // The regions know one path.
      request.uri = WRITE_PATHS[0];
      openLive(attempt > 0, open, out);
      return request;
    }
    // Everything drained is a mistake or a drill; nobody is served by taking it literally.
    if (open.length === 0 || out.length === 0) return request;
    if (read) {
      leaveRead(open, out);
    } else {
      leaveWrite(attempt, open, out);
    }
  } catch (error) {
    // The behavior's own origins answer; an exception here would be a 503 for the client.
    console.log(`region not chosen: ${error}`);
  }
  return request;
}
