using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MLOps.Clustering;

/// <summary>Makes silos and gateways one cluster, by configuration alone: Orleans' own settings choose the provider,
/// and for the ADO.NET one (<c>Orleans__Clustering__ProviderType=AdoNet</c>) the tables and the connection come from here.</summary>
public static class ClusteringExtensions
{
    /// <summary>Orleans' section for how silos find each other.</summary>
    internal const string Section = "Orleans:Clustering";

    private const string AdoNet = "AdoNet";
    private const string Npgsql = "Npgsql";

    /// <summary>Adds the cluster's tables and its health check. Comes after the tracking store and before Orleans, because hosted services start in this order.</summary>
    public static IHostApplicationBuilder AddMLOpsClustering(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddHealthChecks().AddCheck<ClusterHealthCheck>("cluster");
        if (builder.Configuration[Section + ":ProviderType"] is not AdoNet)
        {
            return builder;
        }

        services.AddSingleton<ClusterDatabase>();
        services.AddHostedService<ClusterSchemaStart>();
        services.AddOptions<AdoNetClusteringSiloOptions>().PostConfigure<ClusterDatabase>((options, database) =>
            (options.Invariant, options.ConnectionString) = (Npgsql, database.ConnectionString));
        services.AddOptions<AdoNetClusteringClientOptions>().PostConfigure<ClusterDatabase>((options, database) =>
            (options.Invariant, options.ConnectionString) = (Npgsql, database.ConnectionString));
        return builder;
    }

    /// <summary>Without a configured cluster the silo is this machine's, on Orleans' own ports.</summary>
    public static ISiloBuilder UseMLOpsClustering(this ISiloBuilder silo) =>
        silo.Configuration.GetSection(Section).Exists() ? silo : silo.UseLocalhostClustering();

    /// <inheritdoc cref="UseMLOpsClustering(ISiloBuilder)"/>
    public static IClientBuilder UseMLOpsClustering(this IClientBuilder client) =>
        client.Configuration.GetSection(Section).Exists() ? client : client.UseLocalhostClustering();
}
