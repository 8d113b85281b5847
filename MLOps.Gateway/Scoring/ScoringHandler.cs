using Microsoft.AspNetCore.Http;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Features;
using MLOps.Gateway.OpenInference;
using MLOps.Inference;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.Scoring;

/// <summary>Scoring in MLflow's form.</summary>
internal sealed class ScoringHandler(RoutingTable routes, EndpointInvoker invoker, RawRows rows, TimeProvider time)
{
    /// <summary><c>POST /api/v1/mlflow/serve/{endpoint}</c>: a body of no known type is taken for JSON, and the answer says who gave it.</summary>
    public static async Task<IResult> ScoreAsync(HttpContext context, string endpoint, ScoringHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            return await handler.RunAsync(context, endpoint, asMlflow: false, cancellationToken);
        }
        catch (InferenceException exception)
        {
            throw ServingProblem.Of(exception);
        }
    }

    /// <summary><c>POST …/invocations</c>: what <c>mlflow models serve</c> takes and gives.</summary>
    public static Task<IResult> InvokeAsync(HttpContext context, string endpoint, ScoringHandler handler, CancellationToken cancellationToken) =>
        handler.RunAsync(context, endpoint, asMlflow: true, cancellationToken);

    private async Task<IResult> RunAsync(HttpContext context, string endpoint, bool asMlflow, CancellationToken cancellationToken)
    {
        var type = ScoringBody.TypeOf(context.Request.ContentType, anyIsJson: !asMlflow);
        await routes.GetAsync(endpoint);
        using var body = await InferenceBody.ReadAsync(context, cancellationToken);
        await using var scoring = await ScoringBody.ReadAsync(type, body.Memory, cancellationToken);
        var eventTime = scoring.Parameter(EventTime.Parameter);
        var sequence = SequenceParameters.Read(name => scoring.Parameter(name));
        using var prediction = await invoker.InferAsync(
            endpoint,
            new PredictionRequest(
                [],
                [],
                null,
                CallerKey.Of(context, scoring.Parameter(CallerKey.Parameter)),
                EventTime.Parse(eventTime, time),
                EventTime.Replay(scoring.Parameter(EventTime.ReplayParameter), eventTime),
                ServingHeaders.RequestId(context),
                sequence,
                Source: new ScoringSource(endpoint, type, body.Memory, scoring, sequence is not null, rows)),
            cancellationToken);

        using var answer = new PooledBuffer(Array.MaxLength);
        PredictionsWriter.Write(answer, prediction, !asMlflow ? PredictionsForm.Platform : scoring.IsFrame ? PredictionsForm.Records : PredictionsForm.Tensors);
        ServingHeaders.Set(context.Response, prediction);
        context.Response.ContentType = "application/json";
        await InferenceAnswer.WriteAsync(context, answer, cancellationToken);
        return Results.Empty;
    }
}
