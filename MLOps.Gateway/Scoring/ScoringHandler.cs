using Microsoft.AspNetCore.Http;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Features;
using MLOps.Gateway.OpenInference;
using MLOps.Inference;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.Scoring;

/// <summary>Scoring in MLflow's form.</summary>
internal sealed class ScoringHandler(RoutingTable routes, EndpointInvoker invoker, RowInference rows, TimeProvider time)
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
        var route = await routes.GetAsync(endpoint);
        using var body = await InferenceBody.ReadAsync(context, cancellationToken);
        await using var scoring = await ScoringBody.ReadAsync(type, body.Memory, cancellationToken);
        var eventTime = scoring.Parameter(EventTime.Parameter);
        var request = new PredictionRequest(
            [],
            [],
            null,
            CallerKey.Of(context, scoring.Parameter(CallerKey.Parameter)),
            EventTime.Parse(eventTime, time),
            EventTime.Replay(scoring.Parameter(EventTime.ReplayParameter), eventTime),
            ServingHeaders.RequestId(context),
            SequenceParameters.Read(name => scoring.Parameter(name)));

        // The variant first: each has the pipeline of its own version. A sequence's steps are the caller's own tensors.
        var target = request.Sequence is null && route.TakesRows ? route.Pick(request) : null;
        var asked = target is not null && RowInference.Takes(target.Variant.Signature!, scoring.Columns)
            ? await rows.InferAsync(endpoint, request, target, await scoring.RowsAsync(cancellationToken), cancellationToken)
            : new RowPrediction(await invoker.InferAsync(endpoint, request with { Inputs = await scoring.TensorsAsync(route.Main.Signature!, cancellationToken) }, cancellationToken), null);
        using var prediction = asked.Prediction;

        using var answer = new PooledBuffer(Array.MaxLength);
        PredictionsWriter.Write(answer, prediction, asked.Times, !asMlflow ? PredictionsForm.Platform : scoring.IsFrame ? PredictionsForm.Records : PredictionsForm.Tensors);
        ServingHeaders.Set(context.Response, prediction);
        context.Response.ContentType = "application/json";
        await InferenceAnswer.WriteAsync(context, answer, cancellationToken);
        return Results.Empty;
    }
}
