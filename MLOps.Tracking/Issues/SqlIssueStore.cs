using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Issues;

/// <summary>Issues on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="clock">Source of times.</param>
internal sealed class SqlIssueStore(SqlDatabase database, TimeProvider clock) : IIssueStore
{
    private const string Columns =
        "i.issue_id, i.experiment_id, i.name, i.description, i.status, i.severity, i.root_causes, i.source_run_id, i.categories, i.created_timestamp, i.last_updated_timestamp, i.created_by";

    /// <summary>An assessment of this type, named like the issue, ties a trace to it.</summary>
    private const string TraceCount = "(SELECT COUNT(DISTINCT a.trace_id) FROM assessments a WHERE a.name = i.issue_id AND a.assessment_type = 'issue')";

    private const string Gravity = "CASE i.severity WHEN 'not_an_issue' THEN 0 WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE -1 END";

    private static readonly string[] FilterKeys = ["source_run_id", "status"];

    public Task<Issue> CreateIssueAsync(CreateIssue command, CancellationToken cancellationToken = default)
    {
        var experiment = TraceRows.Experiment(command.ExperimentId);
        var now = Now();
        var issue = new Issue(
            "iss-" + Guid.NewGuid().ToString("n"),
            command.ExperimentId,
            command.Name,
            command.Description,
            command.Status,
            command.Severity,
            command.RootCauses,
            command.SourceRunId,
            command.Categories,
            now,
            now,
            command.CreatedBy);
        return database.WriteAsync(
            session =>
            {
                if (session.Scalar("SELECT 1 FROM experiments WHERE workspace = 'default' AND experiment_id = $0 AND lifecycle_stage = 'active'", experiment) is null)
                {
                    throw new MLOpsException(ProblemCode.NotFound, $"No Experiment with id={command.ExperimentId} exists");
                }

                session.Execute(
                    """
                    INSERT INTO issues (issue_id, experiment_id, name, description, status, severity, root_causes, source_run_id, categories, created_timestamp, last_updated_timestamp, created_by)
                    VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
                    """,
                    issue.IssueId,
                    experiment,
                    issue.Name,
                    issue.Description,
                    issue.Status,
                    issue.Severity,
                    Dump(issue.RootCauses),
                    issue.SourceRunId,
                    Dump(issue.Categories),
                    now,
                    issue.CreatedBy);
                return issue;
            },
            cancellationToken);
    }

    public Task<Issue> GetIssueAsync(string issueId, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session => Require(session, issueId)));

    public Task<Issue> UpdateIssueAsync(string issueId, UpdateIssue command, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var old = Require(session, issueId);
            var updated = old with
            {
                Name = command.Name ?? old.Name,
                Description = command.Description ?? old.Description,
                Status = command.Status ?? old.Status,
                Severity = command.Severity ?? old.Severity,
                LastUpdatedTimestamp = Now(),
            };
            session.Execute(
                "UPDATE issues SET name = $0, description = $1, status = $2, severity = $3, last_updated_timestamp = $4 WHERE issue_id = $5",
                updated.Name,
                updated.Description,
                updated.Status,
                updated.Severity,
                updated.LastUpdatedTimestamp,
                issueId);
            return updated;
        },
        cancellationToken);

    public Task<Page<Issue>> SearchIssuesAsync(SearchIssues query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var sql = new SqlText().Append($"SELECT {Columns}, {(query.CountTraces ? TraceCount : "NULL")} AS trace_count FROM issues i WHERE 1 = 1");
        if (query.ExperimentId is not null)
        {
            sql.Append($" AND i.experiment_id = {sql.Bind(TraceRows.Experiment(query.ExperimentId))}");
        }

        foreach (var clause in FilterParser.Parse(query.Filter, name => throw Unknown(name)))
        {
            sql.Append(" AND ").Append(Condition(sql, clause));
        }

        sql.Append($" ORDER BY {Gravity} DESC, {(query.CountTraces ? "trace_count DESC, " : string.Empty)}i.created_timestamp DESC, i.issue_id DESC");
        var statement = sql.Append($" LIMIT {sql.Bind(query.MaxResults + 1L)} OFFSET {sql.Bind(offset)}").Build();
        return Task.FromResult(database.Read(session => PageToken.Page(
            session.Query(statement.Text, row => Read(row) with { TraceCount = query.CountTraces ? row.GetInt64(12) : null }, statement.Arguments),
            offset,
            query.MaxResults)));
    }

    private static string Condition(SqlText sql, Comparison clause)
    {
        if (!FilterKeys.Contains(clause.Key.Key))
        {
            throw Unknown(clause.Key.Key);
        }

        return clause is { Comparator: "=" or "!=", Value: { } value }
            ? sql.TextCondition("i." + clause.Key.Key, clause.Comparator, FilterParser.Text(value, "attribute"))
            : throw FilterTokenizer.Invalid($"Invalid comparator '{clause.Comparator}'. Supported comparators: {{'=', '!='}}");
    }

    private static MLOpsException Unknown(string field) =>
        FilterTokenizer.Invalid($"Invalid filter field '{field}'. Supported fields: {{{string.Join(", ", FilterKeys.Select(key => $"'{key}'"))}}}");

    private static Issue Require(SqlSession session, string issueId) =>
        session.First($"SELECT {Columns} FROM issues i WHERE i.issue_id = $0", Read, issueId)
        ?? throw new MLOpsException(ProblemCode.NotFound, $"Issue with ID '{issueId}' not found");

    private static Issue Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.Text(5),
        List(row.Text(6)),
        row.Text(7),
        List(row.Text(8)),
        row.GetInt64(9),
        row.GetInt64(10),
        row.Text(11));

    private static string? Dump(IReadOnlyList<string> texts) => texts.Count == 0 ? null : PythonJson.Dump(texts);

    private static List<string> List(string? json) => PythonJson.TryParse(json) is { ValueKind: JsonValueKind.Array } items
        ? [.. items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(PythonJson.Text)]
        : [];

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
