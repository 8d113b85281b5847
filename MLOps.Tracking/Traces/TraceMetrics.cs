using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

/// <summary>The statement of a query of trace metrics: which metric goes with which aggregations and dimensions.</summary>
internal sealed class TraceMetrics
{
    private const string NumberOfAssessment =
        "CASE WHEN a.value IN ('true', '\"yes\"') THEN 1.0 WHEN a.value IN ('false', '\"no\"') THEN 0.0 WHEN a.value = 'null' OR SUBSTR(a.value, 1, 1) IN ('\"', '[', '{') THEN NULL ELSE CAST(a.value AS DOUBLE PRECISION) END";

    private static readonly string[] Count = ["COUNT"];
    private static readonly string[] Measured = ["AVG", "PERCENTILE"];
    private static readonly string[] Summed = ["SUM", "AVG", "PERCENTILE"];

    private readonly QueryTraceMetrics _query;
    private readonly SqlDialect _dialect;
    private readonly SqlText _sql = new();

    private TraceMetrics(QueryTraceMetrics query, SqlDialect dialect)
    {
        _query = query;
        _dialect = dialect;
    }

    private sealed record Definition(string Column, string[] Aggregations, string[] Dimensions, string Join);

    public static SqlStatement Translate(QueryTraceMetrics query, SqlDialect dialect) => new TraceMetrics(query, dialect).Build();

    private SqlStatement Build()
    {
        var metric = Metric();
        foreach (var aggregation in _query.Aggregations)
        {
            if (!metric.Aggregations.Contains(aggregation.Kind))
            {
                throw Invalid($"Found invalid aggregation_type(s): ['{aggregation.Kind}']. Supported aggregation types: [{Quoted(metric.Aggregations)}]");
            }

            if (aggregation.Kind == "PERCENTILE" && aggregation.Percentile is not (>= 0 and <= 100))
            {
                throw Invalid($"Percentile value must be between 0 and 100, got {PythonJson.Number(aggregation.Percentile)}");
            }
        }

        if (_query.IntervalSeconds is not null && (_query.StartMs is null || _query.EndMs is null))
        {
            throw Invalid("start_time_ms and end_time_ms are required if time_interval_seconds is set");
        }

        if (_query.IntervalSeconds is <= 0 or > 1L << 40)
        {
            throw Invalid("time_interval_seconds must be a positive number of seconds");
        }

        var groups = new List<string>();
        if (_query.IntervalSeconds is { } seconds)
        {
            var size = (seconds * 1000).ToString(CultureInfo.InvariantCulture);
            groups.Add($"{Time} / {size} * {size}");
        }

        foreach (var dimension in _query.Dimensions)
        {
            groups.Add(metric.Dimensions.Contains(dimension)
                ? Dimension(dimension)
                : throw Invalid($"Found invalid dimension(s): ['{dimension}']. Supported dimensions: [{Quoted(metric.Dimensions)}]"));
        }

        _sql.Append("SELECT ").Append(string.Join(", ", groups.Concat(_query.Aggregations.Select(aggregation => Aggregate(aggregation, metric.Column)))))
            .Append(" FROM trace_info t ")
            .Append(_query.View switch
            {
                TraceMetricView.Spans => "JOIN spans s ON s.trace_id = t.request_id ",
                TraceMetricView.Assessments => "JOIN assessments a ON a.trace_id = t.request_id ",
                _ => string.Empty,
            })
            .Append(metric.Join)
            .Append("WHERE ");
        TraceSearch.Where(_sql, _dialect, _query.ExperimentIds, null);
        if (_query.StartMs is { } start)
        {
            _sql.Append($" AND t.timestamp_ms >= {_sql.Bind(start)}");
        }

        if (_query.EndMs is { } end)
        {
            _sql.Append($" AND t.timestamp_ms <= {_sql.Bind(end)}");
        }

        foreach (var filter in _query.Filters)
        {
            _sql.Append(" AND ").Append(TraceMetricFilter.Of(_sql, _query.View, filter));
        }

        if (groups.Count > 0)
        {
            var places = string.Join(", ", Enumerable.Range(1, groups.Count).Select(place => place.ToString(CultureInfo.InvariantCulture)));
            _sql.Append($" GROUP BY {places} ORDER BY {places}");
        }

        return _sql.Append($" LIMIT {_sql.Bind((long)_query.MaxResults)}").Build();
    }

    /// <summary>Unix milliseconds.</summary>
    private string Time => _query.View switch
    {
        TraceMetricView.Spans => "(s.start_time_unix_nano / 1000000)",
        TraceMetricView.Assessments => "a.created_timestamp",
        _ => "t.timestamp_ms",
    };

    private Definition Metric() => (_query.View, _query.Metric) switch
    {
        (TraceMetricView.Traces, "trace_count") => new Definition("t.request_id", Count, ["trace_name", "trace_status"], string.Empty),
        (TraceMetricView.Traces, "latency") => new Definition("t.execution_time_ms", Measured, ["trace_name"], string.Empty),
        (TraceMetricView.Traces, "input_tokens" or "output_tokens" or "total_tokens" or "cache_read_input_tokens" or "cache_creation_input_tokens") =>
            new Definition("m.value", Summed, ["trace_name"], $"JOIN trace_metrics m ON m.request_id = t.request_id AND m.key = '{_query.Metric}' "),
        (TraceMetricView.Spans, "span_count") => new Definition("s.span_id", Count, ["span_name", "span_type", "span_status", "span_model_name", "span_model_provider"], string.Empty),
        (TraceMetricView.Spans, "latency") => new Definition("(s.end_time_unix_nano - s.start_time_unix_nano) / 1000000", Measured, ["span_name", "span_status"], string.Empty),
        (TraceMetricView.Spans, "input_cost" or "output_cost" or "total_cost") => new Definition(
            "m.value",
            Summed,
            ["span_model_name", "span_model_provider"],
            $"JOIN span_metrics m ON m.trace_id = s.trace_id AND m.span_id = s.span_id AND m.key = '{_query.Metric}' "),
        (TraceMetricView.Assessments, "assessment_count") => new Definition("a.assessment_id", Count, ["assessment_name", "assessment_value"], string.Empty),
        (TraceMetricView.Assessments, "assessment_value") => new Definition(NumberOfAssessment, Measured, ["assessment_name"], string.Empty),
        _ => throw Invalid($"metric_name '{_query.Metric}' is not one of the metrics of the view {_query.View.ToString().ToUpperInvariant()}"),
    };

    private string Dimension(string name) => name switch
    {
        "trace_name" => $"(SELECT p.value FROM trace_tags p WHERE p.request_id = t.request_id AND p.key = '{TraceKeys.TraceName}')",
        "trace_status" => "t.status",
        "span_name" => "s.name",
        "span_type" => "s.type",
        "span_status" => "s.status",
        "span_model_name" => _dialect.JsonText("s.dimension_attributes", TraceKeys.Model),
        "span_model_provider" => _dialect.JsonText("s.dimension_attributes", TraceKeys.Provider),
        "assessment_name" => "a.name",
        _ => "a.value",
    };

    private string Aggregate(TraceMetricAggregation aggregation, string column) =>
        aggregation.Kind == "PERCENTILE" ? _dialect.Percentile(column, aggregation.Percentile) : $"{aggregation.Kind}({column})";

    private static string Quoted(string[] names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}
