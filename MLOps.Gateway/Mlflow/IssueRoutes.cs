using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Tracking;
using MLOps.Tracking.Issues;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/issues*</c>: problems found in traces.</summary>
internal static class IssueRoutes
{
    private const string Issues = "/3.0/mlflow/issues";
    private const int DefaultSearch = 100;
    private const int MaxSearch = 50_000;
    private static readonly string[] Statuses = ["pending", "rejected", "resolved"];
    private static readonly string[] Severities = ["not_an_issue", "low", "medium", "high"];

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Issues, CreateAsync);
        routes.Traced(HttpMethods.Post, Issues + "/search", SearchAsync);
        routes.Traced(HttpMethods.Get, Issues + "/{issue_id}", GetAsync);
        routes.Traced(HttpMethods.Patch, Issues + "/{issue_id}", UpdateAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        await AnswerAsync(call, await Store(call).CreateIssueAsync(
            new CreateIssue(
                request.Required("experiment_id"),
                request.Required("name"),
                request.Required("description"),
                Known(request, "status", Statuses) ?? Statuses[0],
                Known(request, "severity", Severities),
                request.Texts("root_causes"),
                request.NotEmpty("source_run_id"),
                request.Texts("categories"),
                request.NotEmpty("created_by")),
            call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call) => await AnswerAsync(call, await Store(call).GetIssueAsync(Id(call), call.Cancelled));

    private static async Task UpdateAsync(MlflowCall call)
    {
        var request = call.Request;
        await AnswerAsync(call, await Store(call).UpdateIssueAsync(
            Id(call),
            new UpdateIssue(request.NotEmpty("name"), request.NotEmpty("description"), Known(request, "status", Statuses), Known(request, "severity", Severities)),
            call.Cancelled));
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var request = call.Request;
        var page = await Store(call).SearchIssuesAsync(
            new SearchIssues(
                request.NotEmpty("experiment_id"),
                request.Text("filter_string"),
                MlflowRules.MaxResults(request, DefaultSearch, MaxSearch),
                request.Text("page_token"),
                request.Flag("include_trace_count")),
            call.Cancelled);

        // MLflow answers an empty token on the last page, not none.
        await call.AnswerAsync(json => MlflowJson.Page(json, "issues", page with { NextPageToken = page.NextPageToken ?? string.Empty }, Write));
    }

    private static string? Known(MlflowRequest request, string name, string[] known) => request.Text(name) is { } given
        ? known.Contains(given) ? given : throw MlflowRequest.Invalid($"Invalid value '{given}' for parameter '{name}' supplied. It must be one of {string.Join(", ", known)}")
        : null;

    private static string Id(MlflowCall call) => TraceRoutes.Id(call, "issue_id");

    private static IIssueStore Store(MlflowCall call) => call.Http.RequestServices.GetRequiredService<IIssueStore>();

    private static Task AnswerAsync(MlflowCall call, Issue issue) => call.AnswerAsync("issue", issue, Write);

    private static void Write(Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartObject();
        json.WriteString("issue_id", issue.IssueId);
        json.WriteString("experiment_id", issue.ExperimentId);
        json.WriteString("name", issue.Name);
        json.WriteString("description", issue.Description);
        json.WriteString("status", issue.Status);
        TraceJson.Optional(json, "severity", issue.Severity);
        MlflowJson.Texts(json, "root_causes", issue.RootCauses);
        TraceJson.Optional(json, "source_run_id", issue.SourceRunId);
        json.WriteNumber("created_timestamp", issue.CreatedTimestamp);
        json.WriteNumber("last_updated_timestamp", issue.LastUpdatedTimestamp);
        TraceJson.Optional(json, "created_by", issue.CreatedBy);
        MlflowJson.Texts(json, "categories", issue.Categories);
        if (issue.TraceCount is { } count)
        {
            json.WriteNumber("trace_count", count);
        }

        json.WriteEndObject();
    }
}
