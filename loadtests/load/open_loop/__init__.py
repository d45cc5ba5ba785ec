"""An open loop: requests arrive at a rate, whether or not the ones before were answered.

A locust user waits for its answer before it sends again, so a target that hangs gets fewer
requests, and the requests that would have waited are never sent nor counted (coordinated omission).
Here each request has its moment, decided beforehand, and its time counts from that moment.
"""
