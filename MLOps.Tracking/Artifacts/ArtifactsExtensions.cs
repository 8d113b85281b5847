using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Artifacts.S3;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.Rest;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Artifacts;

/// <summary>Adds the artifact stores and the resolver in front of them.</summary>
internal static class ArtifactsExtensions
{
    public static IHostApplicationBuilder AddArtifacts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<TrackingOptions>, ArtifactOptionsValidator>();
        services.AddSingleton<IValidateOptions<S3Options>, S3OptionsValidator>();
        services.AddOptions<S3Options>()
            .BindConfiguration(S3Options.SectionName)
            .PostConfigure<IConfiguration>((options, configuration) => options.ApplyVariables(configuration))
            .ValidateOnStart();
        services.AddSingleton<S3Client>();
        services.AddHostedService<BucketStart>();
        services.AddSingleton(Open);
        services.AddSingleton<IArtifactResolver>(provider => provider.GetRequiredService<ArtifactResolver>());
        services.AddSingleton(provider => provider.GetRequiredService<ArtifactResolver>().Destination);
        return builder;
    }

    private static ArtifactResolver Open(IServiceProvider provider)
    {
        provider.GetRequiredService<DataDirectoryLock>();
        try
        {
            return new ArtifactResolver(
                provider.GetRequiredService<IOptions<TrackingOptions>>().Value,
                provider.GetRequiredService<S3Client>(),
                provider.GetRequiredService<Upstreams>().Tracking is { } upstream ? new UpstreamArtifactStore(upstream) : null,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<Upstreams>().Tracking is null ? FirstRoot.Of(provider.GetRequiredService<SqlDatabase>()) : null);
        }
        catch (Exception exception) when (exception is MLOpsException or IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"the artifact folder cannot be opened ({exception.Message.TrimEnd('.')}): choose another with --artifacts-destination or --default-artifact-root", exception);
        }
    }
}
