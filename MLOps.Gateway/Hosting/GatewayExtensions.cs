using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Clustering;
using MLOps.Connections;
using MLOps.Connections.Sockets;
using MLOps.Gateway.Access;
using MLOps.Gateway.Batch;
using MLOps.Gateway.Datasets;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Experiments;
using MLOps.Gateway.Features;
using MLOps.Gateway.Hosting.Http2;
using MLOps.Gateway.Housekeeping;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.Models;
using MLOps.Gateway.Monitoring;
using MLOps.Gateway.OpenInference;
using MLOps.Gateway.Problems;
using MLOps.Gateway.Runs;
using MLOps.Gateway.Scoring;
using MLOps.Gateway.Training;
using MLOps.Tracking;

namespace MLOps.Gateway.Hosting;

/// <summary>Adds the HTTP front of the platform to a host, whichever topology composes it.</summary>
public static class GatewayExtensions
{
    /// <summary>A query names a hundred runs and more (metric history of many runs); the default of 8 KiB cuts it off.</summary>
    private const int MaxRequestLine = 64 << 10;

    public static IHostApplicationBuilder AddMLOpsGateway(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestLineSize = MaxRequestLine);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlockFactory>();
        builder.Services.AddOptions<ConnectionOptions>().Configure<IOptions<GatewayOptions>>((connections, gateway) => connections.Threads = gateway.Value.ConnectionThreads);
        builder.Services.TryAddSingleton<SocketConnections>();
        builder.Services.AddSingleton<IConnectionListenerFactory, ConnectionListenerFactory>();
        builder.AddHttp2OnSamePort();
        builder.AddProblems();
        builder.AddAccess();
        builder.AddApiDescription();
        builder.AddMlflow();
        builder.AddDatasetsApi();
        builder.AddTrainingApi();
        builder.AddBatchApi();
        builder.AddEndpointsApi();
        builder.AddScoringApi();
        builder.AddOpenInference();
        builder.AddMonitoringApi();
        return builder;
    }

    public static WebApplication MapMLOpsGateway(this WebApplication app)
    {
        app.UseProblems();
        app.MapApiDescription();
        app.MapMlflow();
        if (app.Services.GetRequiredService<IOptions<TrackingOptions>>().Value.ArtifactsOnly == true)
        {
            return app;
        }

        app.MapExperimentsApi();
        app.MapRunsApi();
        app.MapModelsApi();
        app.MapDatasetsApi();
        app.MapTrainingApi();
        app.MapFeaturesApi();
        app.MapBatchApi();
        app.MapEndpointsApi();
        app.MapScoringApi();
        app.MapOpenInference();
        app.MapMonitoringApi();
        app.MapHousekeepingApi();
        app.MapOrleansDashboard(app.Services.GetRequiredService<AccessGuard>().InFrontOf);
        return app;
    }
}
