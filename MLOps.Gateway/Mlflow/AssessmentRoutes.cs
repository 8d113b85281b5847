using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/traces/{trace_id}/assessments*</c>.</summary>
internal static class AssessmentRoutes
{
    private const string Assessments = "/3.0/mlflow/traces/{trace_id}/assessments";
    private const string One = Assessments + "/{assessment_id}";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Assessments, CreateAsync);
        routes.Traced(HttpMethods.Get, One, GetAsync);
        routes.Traced(HttpMethods.Patch, One, UpdateAsync);
        routes.Traced(HttpMethods.Delete, One, DeleteAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var given = Given(call.Request) with { AssessmentId = string.Empty };
        await AnswerAsync(call, await TraceRoutes.Store(call).CreateAssessmentAsync(given with { TraceId = TraceRoutes.Id(call, "trace_id") }, call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call) =>
        await AnswerAsync(call, await TraceRoutes.Store(call).GetAssessmentAsync(TraceRoutes.Id(call, "trace_id"), TraceRoutes.Id(call, "assessment_id"), call.Cancelled));

    private static async Task UpdateAsync(MlflowCall call)
    {
        var given = Element(call.Request);
        var mask = call.Request.Required("update_mask").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        bool Names(string field, string camelCase) => mask.Contains(field) || mask.Contains(camelCase);
        var value = Names("feedback", "feedback") || Names("expectation", "expectation") ? AssessmentJson.Value(given, "assessment") : null;
        var valid = MlflowRequest.Property(given, "valid");
        var updated = await TraceRoutes.Store(call).UpdateAssessmentAsync(
            TraceRoutes.Id(call, "trace_id"),
            TraceRoutes.Id(call, "assessment_id"),
            new UpdateAssessment(
                Names("assessment_name", "assessmentName") ? MlflowRequest.Text(given, "assessment_name", "assessment.assessment_name") : null,
                value,
                Names("rationale", "rationale") ? MlflowRequest.Text(given, "rationale", "assessment.rationale") : null,
                Names("metadata", "metadata") ? AssessmentJson.Map(MlflowRequest.Property(given, "metadata"), "assessment.metadata") : null,
                Names("valid", "valid") && valid.ValueKind is JsonValueKind.True or JsonValueKind.False ? valid.GetBoolean() : null),
            call.Cancelled);
        await AnswerAsync(call, updated);
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await TraceRoutes.Store(call).DeleteAssessmentAsync(TraceRoutes.Id(call, "trace_id"), TraceRoutes.Id(call, "assessment_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static Assessment Given(MlflowRequest request) => AssessmentJson.Read(Element(request), "assessment", string.Empty);

    private static JsonElement Element(MlflowRequest request) => request.Element("assessment", null) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } given
        ? given
        : throw MlflowRequest.Missing("assessment");

    private static Task AnswerAsync(MlflowCall call, Assessment assessment) => call.AnswerAsync("assessment", assessment, AssessmentJson.Write);
}
