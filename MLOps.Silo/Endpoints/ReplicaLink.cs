using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Connections;
using MLOps.Connections.Links;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using Orleans.Configuration;

namespace MLOps.Silo.Endpoints;

/// <summary>Lets gateways in other processes run this silo's replicas over links, without a grain call. It begins when a replica is first called through its grain: a silo that shares its process with the only gateway opens no port as long as its models stay loaded.</summary>
internal sealed partial class ReplicaLink : IHostedService
{
    private readonly InferenceEngine _engine;
    private readonly SocketConnections _sockets;
    private readonly EndpointOptions _silo;
    private readonly InferenceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lazy<Task<LinkServer?>> _server;
    private volatile bool _isStopped;

    public ReplicaLink(
        InferenceEngine engine, SocketConnections sockets, IOptions<EndpointOptions> silo, IOptions<InferenceOptions> options, TimeProvider time, ILogger<ReplicaLink> logger)
    {
        (_engine, _sockets, _silo, _options, _time, _logger) = (engine, sockets, silo.Value, options.Value, time, logger);
        _server = new(BeginAsync);
    }

    /// <returns>Where links are answered; null: they are not.</returns>
    public async ValueTask<string?> AddressAsync() => _options.Links && !_isStopped ? (await _server.Value)?.Address.ToString() : null;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopped = true;
        if (_server.IsValueCreated && await _server.Value is { } server)
        {
            await server.DisposeAsync();
        }
    }

    private async Task<LinkServer?> BeginAsync()
    {
        var address = _silo.AdvertisedIPAddress ?? IPAddress.Loopback;
        var endpoint = new IPEndPoint(_silo.SiloListeningEndpoint?.Address ?? address, _options.LinkPort);
        try
        {
            var server = await LinkServer.StartAsync(_sockets, endpoint, address, AnswerAsync, _time, _logger);
            if (_isStopped)
            {
                await server.DisposeAsync();
                return null;
            }

            LogBegun(_logger, server.Address.Endpoint);
            return server;
        }
#pragma warning disable CA1031 // Whatever it was: predictions go by grain calls then.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotBegun(_logger, endpoint, exception.Message);
            return null;
        }
    }

    private async ValueTask<LinkAnswer> AnswerAsync(LinkRequest request)
    {
        using var span = EngineTelemetry.StartRemote(request.Key, request.TraceParent);
        try
        {
            var content = TensorMessageCodec.Decode(request.Payload);
            if (await _engine.TryInferAsync(request.Key, content.Tensors, content.Outputs, content.Sequence) is not { } result)
            {
                return LinkAnswer.NotHere;
            }

            using (result)
            {
                var answer = TensorMessageCodec.Encode(result.Outputs, result.Version);
                return answer.Length <= LinkAnswer.MostPayload
                    ? LinkAnswer.Of(answer, result.Waited)
                    : Refused(span, new MLOpsException(ProblemCode.TooLarge, $"The answer takes {answer.Length} bytes: {LinkAnswer.MostPayload} go from one process to another."));
            }
        }
        catch (InferenceException exception)
        {
            return Refused(span, ServingProblem.Of(exception));
        }
#pragma warning disable CA1031 // The caller hears that it failed, as from a grain, and the link goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(_logger, request.Key, exception);
            return Refused(span, new MLOpsException(ProblemCode.Internal, $"Replica '{request.Key}' failed: its silo's log says why."));
        }
    }

    private static LinkAnswer Refused(Activity? span, MLOpsException problem)
    {
        span?.SetStatus(ActivityStatusCode.Error, problem.Message);
        return LinkAnswer.Refusal((int)problem.Code, problem.Message, problem.RetryAfter);
    }

    [LoggerMessage(LogLevel.Information, "Gateways reach this silo's replicas at {Endpoint}")]
    private static partial void LogBegun(ILogger logger, IPEndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "Nothing can listen at {Endpoint} (MLOps:Inference:LinkPort): gateways reach this silo's replicas by grain calls, which take longer. {Reason}")]
    private static partial void LogNotBegun(ILogger logger, IPEndPoint endpoint, string reason);

    [LoggerMessage(LogLevel.Error, "Replica '{Replica}' failed")]
    private static partial void LogFailed(ILogger logger, string replica, Exception exception);
}
