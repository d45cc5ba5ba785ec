"""Live updates: GraphQL subscriptions over API Gateway's WebSocket APIs, in each region."""
