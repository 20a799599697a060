import { FakeSender } from './fake-sender.js';
import { describeSenderContract } from './sender-contract.js';

describeSenderContract('the fake', async () => {
  const sender = new FakeSender({ automatic: true });
  return { sender, received: async () => sender.messages };
});
