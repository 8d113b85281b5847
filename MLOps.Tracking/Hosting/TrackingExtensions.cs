using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Tracking.AiGateway;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.EvaluationDatasets;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.Housekeeping;
using MLOps.Tracking.Issues;
using MLOps.Tracking.LoggedModels;
using MLOps.Tracking.Models;
using MLOps.Tracking.Rest;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Scorers;
using MLOps.Tracking.Serving;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;
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
        services.AddSingleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>();
        services.AddOptions<UpstreamOptions>()
            .BindConfiguration(UpstreamOptions.SectionName)
            .PostConfigure<IConfiguration>(ApplyUpstreamVariables)
            .ValidateOnStart();

        services.AddSingleton(provider => DataDirectoryLock.Take(Options(provider)));
        services.AddSingleton(provider => Open(provider, Options(provider).StateAddress));
        services.AddSingleton<Upstreams>();
        services.AddSingleton(provider => Options(provider) is var options && (options.RegistryAddress == options.StateAddress || StoreUri.IsHttp(options.RegistryAddress))
            ? new RegistryDatabase(provider.GetRequiredService<SqlDatabase>(), Owned: false)
            : new RegistryDatabase(Open(provider, options.RegistryAddress), Owned: true));
        services.AddSingleton<ITrackingStore>(provider => provider.GetRequiredService<Upstreams>().Tracking is { } upstream
            ? new RestTrackingStore(upstream, provider.GetRequiredService<TimeProvider>())
            : new SqlTrackingStore(
                provider.GetRequiredService<SqlDatabase>(),
                Options(provider).ArtifactLocation.TrimEnd('/'),
                provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IModelRegistryStore>(provider => provider.GetRequiredService<Upstreams>().Registry is { } upstream
            ? new RestModelRegistryStore(upstream, provider.GetRequiredService<SqlDatabase>(), provider.GetRequiredService<TimeProvider>())
            : new SqlModelRegistryStore(
                provider.GetRequiredService<RegistryDatabase>().Database,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<WebhookSignal>()));
        services.AddSingleton<ILoggedModelStore>(provider => provider.GetRequiredService<Upstreams>().Tracking is { } upstream
            ? new RestLoggedModelStore(upstream)
            : new SqlLoggedModelStore(provider.GetRequiredService<SqlDatabase>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPurgeStore>(provider => provider.GetRequiredService<Upstreams>().Tracking is null
            ? new SqlPurgeStore(provider.GetRequiredService<SqlDatabase>(), provider.GetRequiredService<TimeProvider>())
            : new NoPurgeStore(Options(provider).StoreName));
        services.AddSingleton<ITraceStore>(provider => new SqlTraceStore(provider.GetRequiredService<SqlDatabase>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ITraceUpstream, TraceUpstream>();
        services.AddSingleton<IEvaluationDatasetStore, SqlEvaluationDatasetStore>();
        services.AddSingleton<IScorerStore, SqlScorerStore>();
        services.AddSingleton<IIssueStore, SqlIssueStore>();
        services.AddSingleton<IStateStore, SqlStateStore>();
        services.AddSingleton<IServingStore, SqlServingStore>();
        services.AddSingleton<IReminderStore, SqlReminderStore>();
        builder.AddArtifacts();
        services.AddHostedService<StoreOpener>();
        builder.AddWebhooks();
        builder.AddAiGateway();
        services.AddHealthChecks().AddCheck<TrackingStoreHealthCheck>("tracking-store").AddCheck<UpstreamHealthCheck>("upstream");
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

    private static void ApplyUpstreamVariables(UpstreamOptions options, IConfiguration configuration)
    {
        options.Username ??= NotBlank(configuration["MLFLOW_TRACKING_USERNAME"]);
        options.Password ??= NotBlank(configuration["MLFLOW_TRACKING_PASSWORD"]);
        options.Token ??= NotBlank(configuration["MLFLOW_TRACKING_TOKEN"]);
        options.InsecureTls ??= NotBlank(configuration["MLFLOW_TRACKING_INSECURE_TLS"])?.ToUpperInvariant() is "TRUE" or "1";
        options.AttemptTimeout ??= Number(configuration["MLFLOW_HTTP_REQUEST_TIMEOUT"]) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        options.MaxRetries ??= Number(configuration["MLFLOW_HTTP_REQUEST_MAX_RETRIES"]);
    }

    /// <returns>Null: not given. What is no number is -1, which the validator refuses.</returns>
    private static int? Number(string? text) =>
        NotBlank(text) is { } given ? int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1 : null;

    /// <summary>A shell that was told to log to this very platform may start it again: its own address is no store.</summary>
    private static string? Foreign(string? uri, IConfiguration configuration) =>
        NotBlank(uri) is { } given && !OwnAddress.Is(given, configuration["urls"]) ? given : null;

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
