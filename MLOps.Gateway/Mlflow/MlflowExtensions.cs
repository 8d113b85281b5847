using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Gateway.AiGateway;
using MLOps.Gateway.Mlflow.GraphQl;
using MLOps.Gateway.Otlp;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>The MLflow REST protocol.</summary>
public static class MlflowExtensions
{
    public static IHostApplicationBuilder AddMlflow(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<GraphQlOptions, GraphQlOptionsValidator>()
            .BindConfiguration(GraphQlOptions.SectionName)
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                options.MaxRootFields ??= configuration.GetValue<int?>(GraphQlOptions.RootFieldsVariable);
                options.MaxAliases ??= configuration.GetValue<int?>(GraphQlOptions.AliasesVariable);
            });
        builder.Services.AddSingleton<DeploymentsProxy>();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<PassThrough>();
        return builder;
    }

    public static WebApplication MapMlflow(this WebApplication app)
    {
        var served = new ServedParts(app.Services.GetRequiredService<IOptions<TrackingOptions>>().Value);
        var beside = app.Services.GetRequiredService<PassThrough>();
        var routes = new MlflowRoutes(app, served, beside, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MLOps.Gateway.Mlflow"));
        ExperimentRoutes.Map(routes);
        RunRoutes.Map(routes);
        HistoryRoutes.Map(routes);
        LoggedModelRoutes.Map(routes);
        RegisteredModelRoutes.Map(routes);
        ModelVersionRoutes.Map(routes);
        WebhookRoutes.Map(routes);
        ArtifactRoutes.Map(routes);
        ArtifactProxyRoutes.Map(routes);
        TraceRoutes.Map(routes);
        TraceV2Routes.Map(routes);
        AssessmentRoutes.Map(routes);
        EvaluationDatasetRoutes.Map(routes);
        ScorerRoutes.Map(routes);
        IssueRoutes.Map(routes);
        AiGatewaySecretRoutes.Map(routes);
        AiGatewayModelRoutes.Map(routes);
        AiGatewayEndpointRoutes.Map(routes);
        AiGatewayBindingRoutes.Map(routes);
        AiGatewayProviderRoutes.Map(routes);
        GatewayProxyRoutes.Map(routes);
        PromptlabRoutes.Map(routes);
        OtlpRoutes.Map(routes);
        GraphQlRoutes.Map(routes);
        ServerRoutes.Map(routes);
        MissingRoutes.Map(routes);
        if (beside.IsConfigured)
        {
            routes.PassTheRest();
        }

        return app;
    }
}
