using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.Models;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking;

/// <summary>Adds the stores of experiments, runs, models, artifacts and grain state.</summary>
public static class TrackingExtensions
{
    /// <summary>The stores open when the host starts; <see cref="StoreOpenException"/> then says why they cannot.</summary>
    public static IHostApplicationBuilder AddMLOpsTracking(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<TrackingOptions>, TrackingOptionsValidator>();
        services.AddOptions<TrackingOptions>()
            .BindConfiguration(TrackingOptions.SectionName)
            .PostConfigure<IConfiguration>(ApplyMlflowVariables)
            .ValidateOnStart();

        services.AddSingleton(provider => DataDirectoryLock.Take(Options(provider).DataDirectory));
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<DataDirectoryLock>();
            var options = Options(provider);
            return SqliteDatabase.Open(options.DatabasePath, options.ArtifactLocation, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<ITrackingStore>(provider => new SqliteTrackingStore(
            provider.GetRequiredService<SqliteDatabase>(),
            Options(provider).ArtifactLocation.TrimEnd('/'),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IModelRegistryStore, SqliteModelRegistryStore>();
        services.AddSingleton<IStateStore, SqliteStateStore>();
        services.AddSingleton<IArtifactStore>(provider =>
        {
            provider.GetRequiredService<DataDirectoryLock>();
            return new LocalArtifactStore(Options(provider).ArtifactDirectory);
        });
        services.AddHostedService<StoreOpener>();
        builder.AddWebhooks();
        services.AddHealthChecks().AddCheck<TrackingStoreHealthCheck>("tracking-store");
        return builder;
    }

    private static TrackingOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<TrackingOptions>>().Value;

    private static void ApplyMlflowVariables(TrackingOptions options, IConfiguration configuration)
    {
        options.ArtifactRoot ??= NotBlank(configuration["MLFLOW_ARTIFACT_ROOT"]);
        var uri = NotBlank(configuration["MLFLOW_TRACKING_URI"]);

        // A shell that was told to log to this very platform may start it again: its own address is no store.
        if (uri is not null && !IsOwnAddress(uri, configuration["urls"]))
        {
            options.TrackingUri ??= uri;
        }
    }

    private static bool IsOwnAddress(string uri, string? urls) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var target)
        && target.IsLoopback
        && (urls ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries).Any(url =>
            Uri.TryCreate(url, UriKind.Absolute, out var own) && own.Scheme == target.Scheme && own.Port == target.Port);

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
