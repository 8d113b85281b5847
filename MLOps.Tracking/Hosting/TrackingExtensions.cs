using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.LoggedModels;
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
        services.AddSingleton(provider => Open(provider, Options(provider).StoreAddress));
        services.AddSingleton(provider => Options(provider) is var options && options.RegistryAddress == options.StoreAddress
            ? new RegistryDatabase(provider.GetRequiredService<SqlDatabase>(), Owned: false)
            : new RegistryDatabase(Open(provider, options.RegistryAddress), Owned: true));
        services.AddSingleton<ITrackingStore>(provider => new SqlTrackingStore(
            provider.GetRequiredService<SqlDatabase>(),
            Options(provider).ArtifactLocation.TrimEnd('/'),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IModelRegistryStore>(provider => new SqlModelRegistryStore(
            provider.GetRequiredService<RegistryDatabase>().Database,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<WebhookSignal>()));
        services.AddSingleton<ILoggedModelStore, SqlLoggedModelStore>();
        services.AddSingleton<IStateStore, SqlStateStore>();
        builder.AddArtifacts();
        services.AddHostedService<StoreOpener>();
        builder.AddWebhooks();
        services.AddHealthChecks().AddCheck<TrackingStoreHealthCheck>("tracking-store");
        return builder;
    }

    private static SqlDatabase Open(IServiceProvider provider, string uri)
    {
        provider.GetRequiredService<DataDirectoryLock>();
        return SqlDatabase.Open(uri, Options(provider).ArtifactLocation, provider.GetRequiredService<TimeProvider>());
    }

    private static TrackingOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<TrackingOptions>>().Value;

    private static void ApplyMlflowVariables(TrackingOptions options, IConfiguration configuration)
    {
        options.DefaultArtifactRoot = NotBlank(options.DefaultArtifactRoot) ?? NotBlank(configuration["MLFLOW_DEFAULT_ARTIFACT_ROOT"]) ?? NotBlank(configuration["MLFLOW_ARTIFACT_ROOT"]);
        options.ArtifactsDestination = NotBlank(options.ArtifactsDestination) ?? NotBlank(configuration["MLFLOW_ARTIFACTS_DESTINATION"]);
        options.ServeArtifacts ??= MlflowFlag.Read(configuration, "MLFLOW_SERVE_ARTIFACTS");
        options.ArtifactsOnly ??= MlflowFlag.Read(configuration, "MLFLOW_ARTIFACTS_ONLY");
        options.ModelSourcePattern = NotBlank(options.ModelSourcePattern) ?? NotBlank(configuration["MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX"]);
        options.TrackingUri ??= NotBlank(configuration["MLFLOW_BACKEND_STORE_URI"]);
        options.RegistryUri ??= NotBlank(configuration["MLFLOW_REGISTRY_STORE_URI"]) ?? Foreign(configuration["MLFLOW_REGISTRY_URI"], configuration);
        options.TrackingUri ??= Foreign(configuration["MLFLOW_TRACKING_URI"], configuration);
    }

    /// <summary>A shell that was told to log to this very platform may start it again: its own address is no store.</summary>
    private static string? Foreign(string? uri, IConfiguration configuration) =>
        NotBlank(uri) is { } given && !IsOwnAddress(given, configuration["urls"]) ? given : null;

    private static bool IsOwnAddress(string uri, string? urls) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var target)
        && target.IsLoopback
        && (urls ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries).Any(url =>
            Uri.TryCreate(url, UriKind.Absolute, out var own) && own.Scheme == target.Scheme && own.Port == target.Port);

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
