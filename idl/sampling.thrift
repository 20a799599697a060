# SPDX-License-Identifier: Apache-2.0
#
# What a backend tells a client to sample. It is spoken as JSON over HTTP and never as Thrift
# (GET http://localhost:5778/sampling?service=NAME); the enum comes as its name or as its number.

enum SamplingStrategyType { PROBABILISTIC = 0, RATE_LIMITING = 1 }

# Each new trace is sampled with this probability.
struct ProbabilisticSamplingStrategy {
  1: required double samplingRate    # 0.0 to 1.0
}

# At most so many traces are sampled per second.
struct RateLimitingSamplingStrategy {
  1: required i16 maxTracesPerSecond
}

# The probability for the traces that begin with one operation.
struct OperationSamplingStrategy {
  1: required string                        operation    # name of the root span
  2: required ProbabilisticSamplingStrategy probabilisticSampling
}

# A probability per operation, and what holds for every operation that the list does not name.
struct PerOperationSamplingStrategies {
  1: required double                          defaultSamplingProbability          # 0.0 to 1.0
  2: required double                          defaultLowerBoundTracesPerSecond    # sampled at least, per operation
  3: required list<OperationSamplingStrategy> perOperationStrategies
  4: optional double                          defaultUpperBoundTracesPerSecond    # sampled at most, per operation
}

# strategyType says which of fields 2 and 3 holds; operationSampling, where present, wins over both.
struct SamplingStrategyResponse {
  1: required SamplingStrategyType           strategyType
  2: optional ProbabilisticSamplingStrategy  probabilisticSampling
  3: optional RateLimitingSamplingStrategy   rateLimitingSampling
  4: optional PerOperationSamplingStrategies operationSampling
}

service SamplingManager {
  SamplingStrategyResponse getSamplingStrategy(1: string serviceName)
}
