import { answer, type Exchange } from '../http/answer.js';
import { HttpError } from '../http/http-error.js';
import { type Strategies, strategyFor } from './strategies.js';

/** Answers any path with the strategy of the service in the parameter `service`, as Jaeger 2 does on port 5778. */
export function handleSampling(exchange: Exchange, strategies: Strategies): void {
  const { request, url } = exchange;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpError(405, 'method not allowed', 'bad-request');
  }
  const services = url.searchParams.getAll('service');
  if (services.length !== 1) {
    throw new HttpError(400, "'service' parameter must be provided once", 'bad-request');
  }
  const body = JSON.stringify(strategyFor(strategies, services[0]!));
  answer(exchange, 200, 'application/json', body);
}
