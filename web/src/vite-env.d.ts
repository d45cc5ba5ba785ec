// Imports that are not code: styles and their fonts.
declare module "*.css";
declare module "graphiql/setup-workers/vite";
