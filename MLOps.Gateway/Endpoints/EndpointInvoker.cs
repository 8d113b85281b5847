using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.Endpoints;

/// <summary>The one data plane beneath every protocol: picks variant and replica, runs the model in this process when it is loaded here,
/// else by one grain call; counts, times and captures.</summary>
internal sealed class EndpointInvoker(
    RoutingTable routes,
    IGrainFactory grains,
    IServiceProvider services,
    ServingMetrics metrics,
    CaptureQueue capture,
    TimeProvider time)
{
    // A silo that dies takes its replicas with it: until the cluster has placed them again, calls fail. Inference changes nothing, so it may be repeated.
    private static readonly TimeSpan[] Retries =
        [TimeSpan.Zero, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];

    // There is an engine in this process only where gateway and silo share it.
    private readonly InferenceEngine? _engine = services.GetService<InferenceEngine>();

    /// <summary>Runs the request. The prediction must be disposed.</summary>
    /// <exception cref="MLOpsException">NotFound: no such endpoint or version. InvalidArgument: the request does not fit the model. Unavailable: no replica could be reached.</exception>
    public async ValueTask<Prediction> InferAsync(string endpoint, PredictionRequest request, CancellationToken cancellationToken)
    {
        var route = await routes.GetAsync(endpoint);
        var start = time.GetTimestamp();
        VariantState? variant = null;
        try
        {
            byte[]? message = null;
            for (var attempt = 0; ; attempt++)
            {
                (variant, var replica) = route.Pick(request.CallerKey, request.Version);
                if (_engine is not null && _engine.TryInfer(replica, request.Inputs, request.Outputs, out var result))
                {
                    return Succeeded(route, variant, request, result, start);
                }

                try
                {
                    message ??= TensorMessageCodec.Encode(request.Inputs, outputs: request.Outputs);
                    var answer = await grains.GetGrain<IModelReplicaGrain>(replica).InferAsync(new TensorMessage(message)).WaitAsync(cancellationToken);
                    var content = TensorMessageCodec.Decode(answer.Payload);
                    return Succeeded(route, variant, request, new InferenceResult(content.Tensors, content.Version), start);
                }
                catch (Exception exception) when (attempt < Retries.Length && IsTransient(exception))
                {
                    await Task.Delay(Retries[attempt], time, cancellationToken);
                    route = await routes.RefreshAsync(endpoint);
                }
            }
        }
        catch (InferenceException exception)
        {
            metrics.Failed(endpoint, exception.Error.ToString(), variant, time.GetElapsedTime(start));
            throw ServingProblem.Of(exception);
        }
        catch (MLOpsException exception)
        {
            metrics.Failed(endpoint, exception.Code.ToString(), variant, time.GetElapsedTime(start));
            throw;
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            metrics.Failed(endpoint, nameof(ProblemCode.Unavailable), variant, time.GetElapsedTime(start));
            throw new MLOpsException(ProblemCode.Unavailable, $"No replica of endpoint '{endpoint}' can be reached: retry later.", exception);
        }
    }

    private static bool IsTransient(Exception exception) =>
        exception is MLOpsException { Code: ProblemCode.Unavailable } or OrleansException or TimeoutException;

    private Prediction Succeeded(EndpointRoute route, VariantState variant, PredictionRequest request, InferenceResult result, long start)
    {
        metrics.Succeeded(route.Endpoint.Name, variant, time.GetElapsedTime(start), BatchSize.Of(request.Inputs, variant.Signature!));
        if (route.Endpoint.Monitored.Count > 0)
        {
            capture.Offer(route.Endpoint, variant, request);
        }

        return new Prediction(result, variant);
    }
}
