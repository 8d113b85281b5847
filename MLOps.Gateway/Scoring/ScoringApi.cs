using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Features;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Mlflow;

namespace MLOps.Gateway.Scoring;

/// <summary>MLflow's scoring protocol. Under <c>/endpoints/{endpoint}</c> every endpoint looks like a server of its own, started by <c>mlflow models serve</c>:
/// that path is all a client of one has to be given.</summary>
public static class ScoringApi
{
    public static IHostApplicationBuilder AddScoringApi(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RawRows>();
        builder.Services.AddSingleton<ScoringHandler>();
        return builder;
    }

    public static WebApplication MapScoringApi(this WebApplication app)
    {
        app.MapPost("/api/v1/mlflow/serve/{endpoint}", ScoringHandler.ScoreAsync)
            .WithTags("Serving").WithName("ScoreEndpoint").WithSummary("Score JSON, CSV or Parquet in MLflow's form").WithBody<JsonElement>().WithProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status429TooManyRequests, StatusCodes.Status504GatewayTimeout).Produces<JsonElement>();

        var server = app.MapGroup("/endpoints/{endpoint}").WithTags("MLflow scoring").AddEndpointFilter(new ScoringErrors(app.Services.GetRequiredService<ILogger<ScoringErrors>>()));
        server.MapPost("/invocations", ScoringHandler.InvokeAsync).WithName("InvokeEndpoint").WithSummary("Score JSON, CSV or Parquet as mlflow models serve does").WithBody<JsonElement>().Produces<JsonElement>();
        server.MapGet("/ping", PingAsync).WithName("PingEndpoint").WithSummary("200 when the endpoint serves, else 404");
        server.MapGet("/health", PingAsync).WithName("EndpointHealth").WithSummary("The same as ping");
        server.MapGet("/version", () => Results.Text(ServerRoutes.MlflowVersion)).WithName("EndpointMlflowVersion").WithSummary("The MLflow release whose protocol this is").Produces<string>(StatusCodes.Status200OK, "text/plain");
        return app;
    }

    /// <summary>MLflow's body of this answer is a line end.</summary>
    private static async Task<IResult> PingAsync(string endpoint, RoutingTable routes)
    {
        var serves = false;
        try
        {
            serves = (await routes.GetAsync(endpoint)).Endpoint.Status == EndpointStatus.Ready;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // That is the answer.
        }

        return Results.Text("\n", "application/json", statusCode: serves ? StatusCodes.Status200OK : StatusCodes.Status404NotFound);
    }
}
