// Loaded into every Node process of the gate: whoever opens a connection ends the synthesis.
"use strict";
const net = require("node:net");
const dns = require("node:dns");

function refuse() {
  throw new Error("the gate is offline: nothing may be looked up while synthesizing");
}

net.Socket.prototype.connect = refuse;
dns.lookup = refuse;
dns.promises.lookup = refuse;
