using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>The gRPC service's handlers: each translates and asks what REST asks.</summary>
internal sealed class InferenceService(RoutingTable routes, EndpointInvoker invoker, ModelRepository repository, TimeProvider time, ILogger<InferenceService> logger)
{
    public static ServerMetadataResponse ServerMetadata() => new()
    {
        Name = ServerDescription.Name,
        Version = ServerDescription.Version,
        Extensions = { ServerDescription.Extensions },
    };

    public async Task<ServerReadyResponse> ServerReadyAsync() => new() { Ready = await repository.IsReadyAsync() };

    public async Task<ModelReadyResponse> ModelReadyAsync(ModelReadyRequest request) =>
        new() { Ready = await repository.IsReadyAsync(request.Name, Given(request.Version)) };

    public async Task<ModelMetadataResponse> ModelMetadataAsync(ModelMetadataRequest request)
    {
        var route = await routes.GetAsync(request.Name);
        var signature = route.Find(Given(request.Version)).Signature!;
        return new ModelMetadataResponse
        {
            Name = route.Endpoint.Name,
            Versions = { route.Versions },
            Platform = ModelMetadata.Platform,
            Inputs = { signature.Inputs.Select(Tensor) },
            Outputs = { signature.Outputs.Select(Tensor) },
        };
    }

    public async Task<OipGrpcResponse> ModelInferAsync(PooledBuffer message, ServerCallContext call)
    {
        using (message)
        {
            using var request = OipGrpcRequestCodec.Read(message.Memory);
            var http = call.GetHttpContext();
            var prediction = await invoker.InferAsync(
                request.ModelName ?? "",
                InferenceCall.Of(request, request.ModelVersion, http, time),
                call.CancellationToken);
            try
            {
                if (!http.Response.HasStarted)
                {
                    ServingHeaders.Set(http.Response, prediction);
                }

                var answeredBy = prediction.Result.Version.ToString(CultureInfo.InvariantCulture);
                return OipGrpcResponseCodec.Write(new OipResponse(request.ModelName!, answeredBy, prediction.Variant.Spec.Name, prediction.Result), request, prediction);
            }
            catch
            {
                prediction.Dispose();
                throw;
            }
        }
    }

    public async Task ModelStreamInferAsync(IAsyncStreamReader<PooledBuffer> requests, IServerStreamWriter<StreamAnswer> answers, ServerCallContext call)
    {
        await foreach (var request in requests.ReadAllAsync(call.CancellationToken))
        {
            StreamAnswer answer;
            try
            {
                answer = new StreamAnswer(await ModelInferAsync(request, call));
            }
            catch (Exception exception) when (!call.CancellationToken.IsCancellationRequested)
            {
                answer = new StreamAnswer(RpcProblem.Of(exception, call, logger).Status.Detail);
            }

            // Writing it gives back what it holds; a call that was cancelled in the meantime does not write.
            using (answer)
            {
                await answers.WriteAsync(answer, call.CancellationToken);
            }
        }
    }

    public async Task<ModelStatisticsResponse> ModelStatisticsAsync(ModelStatisticsRequest request) => new()
    {
        ModelStats =
        {
            (await repository.StatisticsAsync(Given(request.Name), Given(request.Version))).Select(one => new ModelStatistics
            {
                Name = one.Name,
                Version = one.Version,
                LastInference = (ulong)one.Statistics.LastInference,
                InferenceCount = (ulong)one.Statistics.Rows,
                ExecutionCount = (ulong)one.Statistics.Succeeded.Count,
                InferenceStats = new InferStatistics
                {
                    Success = Duration(one.Statistics.Succeeded),
                    Fail = Duration(one.Statistics.Failed),
                    Queue = Duration(one.Statistics.Queue),
                    ComputeInput = Duration((one.Statistics.Succeeded.Count, 0)),
                    ComputeInfer = Duration(one.Statistics.Compute),
                    ComputeOutput = Duration((one.Statistics.Succeeded.Count, 0)),
                },
                BatchStats =
                {
                    one.Statistics.Batches.Select(batch => new InferBatchStatistics
                    {
                        BatchSize = (ulong)batch.BatchSize,
                        ComputeInput = Duration((batch.Count, 0)),
                        ComputeInfer = Duration((batch.Count, batch.Nanoseconds)),
                        ComputeOutput = Duration((batch.Count, 0)),
                    }),
                },
            }),
        },
    };

    public async Task<RepositoryIndexResponse> RepositoryIndexAsync(RepositoryIndexRequest request) => new()
    {
        Models =
        {
            (await repository.IndexAsync(request.Ready)).Select(model => new RepositoryIndexResponse.Types.ModelIndex
            {
                Name = model.Name,
                Version = model.Version,
                State = model.State,
                Reason = model.Reason,
            }),
        },
    };

    public async Task<RepositoryModelLoadResponse> LoadAsync(RepositoryModelLoadRequest request)
    {
        await repository.LoadAsync(request.ModelName);
        return new RepositoryModelLoadResponse();
    }

    public async Task<RepositoryModelUnloadResponse> UnloadAsync(RepositoryModelUnloadRequest request)
    {
        await repository.UnloadAsync(request.ModelName);
        return new RepositoryModelUnloadResponse();
    }

    /// <summary>Protobuf has no absent text: an empty one says nothing.</summary>
    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static StatisticDuration Duration((long Count, long Nanoseconds) duration) => new() { Count = (ulong)duration.Count, Ns = (ulong)duration.Nanoseconds };

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(TensorSignature tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape } };
}
