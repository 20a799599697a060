const { env } = process;

/** Addresses, from the environment. Default: this machine, with a Jaeger at port 6831. */
export const settings = {
  agent: {
    host: env.JAEGER_AGENT_HOST ?? 'localhost',
    port: Number(env.JAEGER_AGENT_PORT ?? 6831),
  },
  userAddress: env.USER_ADDRESS ?? '127.0.0.1:50051',
  profileAddress: env.PROFILE_ADDRESS ?? '127.0.0.1:50052',
};
