using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference;

/// <summary>One decoded request of the protocol, over REST or gRPC, as the data plane takes it.</summary>
internal static class InferenceCall
{
    /// <exception cref="MLOpsException">InvalidArgument: event_time, replay or caller_key is none.</exception>
    public static PredictionRequest Of(OipRequest request, string? version, HttpContext context, TimeProvider time)
    {
        var eventTime = request.Parameters[EventTime.Parameter];
        return new PredictionRequest(
            request.Inputs,
            request.Outputs.Count == 0 ? [] : [.. request.Outputs.Select(output => output.Name)],
            version,
            CallerKey.Of(context, request.Parameters[CallerKey.Parameter]),
            EventTime.Parse(eventTime, time),
            EventTime.Replay(request.Parameters[EventTime.ReplayParameter], eventTime),
            ServingHeaders.RequestId(context, request.Id),
            SequenceParameters.Read(request.Parameters));
    }
}
