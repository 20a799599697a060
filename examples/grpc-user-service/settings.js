const { env } = process;

/** Where everything is: on this machine, with a Jaeger at 6831, unless the environment says otherwise. */
export const settings = {
  agent: {
    host: env.JAEGER_AGENT_HOST ?? 'localhost',
    port: Number(env.JAEGER_AGENT_PORT ?? 6831),
  },
  userAddress: env.USER_ADDRESS ?? '127.0.0.1:50051',
  profileAddress: env.PROFILE_ADDRESS ?? '127.0.0.1:50052',
};
