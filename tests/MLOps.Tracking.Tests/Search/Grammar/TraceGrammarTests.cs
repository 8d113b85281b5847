using MLOps.Contracts.Experiments;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Tests.Traces;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class TraceGrammarTests : SearchGrammarTests
{
    private const int Traces = 40;
    private const string Run = "run_id";
    private const string Linked = "linked run";
    private const string Note = "note";
    private static readonly string[] Attribute = ["", "attributes", "attribute", "trace"];
    private static readonly string[] States = ["OK", "ERROR", "IN_PROGRESS"];
    private static readonly string[] Sessions = ["s1", "s2", "s3"];
    private static readonly string[] Runs = ["run-a", "run-b", "Run-C"];
    private static readonly string[] PromptVersions = ["greeting/1", "greeting/2", "É/1"];
    private static readonly string[] Issues = ["iss-1", "iss-2"];
    private static readonly string[] Notes = ["needle", "Needle", "hay stack"];
    private static readonly string[] Marks = ["good", "Good", "g_d", "50%", "true"];

    private static readonly Field[] Ordered =
    [
        Field.Number("timestamp", Attribute, "timestamp", "timestamp_ms"),
        Field.Number("execution_time", Attribute, "execution_time", "execution_time_ms"),
        Field.Text("status", Attribute).WithLists().With("RLIKE"),
        Field.Text("request_id", Attribute).WithLists().With("RLIKE"),
        Field.Text("tags.mlflow.traceName", Attribute, "name").WithNulls().With("RLIKE"),
        Field.Text(Run, Attribute).With("RLIKE") with { Judge = (row, clause) => clause.Comparator == "=" ? row[Linked].Contains(clause.Operand!) : null },
        .. Field.Each(Texts.Keys, "tags", (name, key) => Field.Text(name, ["tags", "tag"], key).WithNulls().With("RLIKE")),
        .. Field.Each(Texts.Keys, "metadata", (name, key) => Field.Text(name, ["metadata", "request_metadata"], key).WithNulls().With("RLIKE")),
    ];

    private static readonly Field[] OfSpans =
    [
        .. Field.Each(["name", "type", "status"], "span", (name, key) => Field.Text(name, ["span"], key).WithLists().With("RLIKE") with { IsOfParts = true }),
        .. Field.Each(["model", "gen model"], "span.attributes", (name, key) => new Field(name, ["span.attributes"], [key], false, ["=", "!=", "IN", "NOT IN"]) { IsOfParts = true }),
        Contained(["span"], "content"),
        Contained(Attribute, "text"),
    ];

    private protected override SearchGrammar Grammar { get; } = new(
        [
            .. Ordered,
            Field.Number("end_time", Attribute, "end_time", "end_time_ms"),
            Field.Text("client_request_id", Attribute).WithLists().With("RLIKE"),
            .. OfSpans,
            .. OfSpans,
            .. new[] { "feedback", "expectation" }.SelectMany(kind => Field.Each(["mark"], kind, (name, key) => Field.Text(name, [kind], key).WithNulls().With("RLIKE") with { Operands = Marks })),
            new("feedback.word", ["feedback"], ["word"], false, ["=", "!=", "IS NULL", "IS NOT NULL"]),
            new("prompt", Attribute, ["prompt"], false, ["="]) { Operands = PromptVersions },
            new("issue.id", ["issue"], ["id"], false, ["="]) { Operands = Issues },
        ],
        Ordered,
        [],
        [new("timestamp", false), new("request_id", true)]);

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var other = await store.Tracking.CreateExperimentAsync(new CreateExperiment("other", null, []), Cancelled);
        var runs = new List<string>();
        foreach (var name in Runs)
        {
            runs.Add((await store.Tracking.CreateRunAsync(name, A.Run(), Cancelled)).Info.RunId);
        }

        var rows = new List<Row>();
        for (var i = 0; i < Traces; i++)
        {
            var row = new Row($"tr-{i:00}{dice.Of(["x", "É", "_"])}");
            row.With("request_id", row.Id).With("experiment", dice.Of(["0", "0", other]));
            await SpansAsync(store, row, dice);
            await TraceAsync(store, row, dice);
            await LinksAsync(store, row, dice);
            rows.Add(row);
        }

        foreach (var row in rows)
        {
            await AssessAsync(store, row, rows, dice);
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice)
    {
        var experiments = dice.Of<string[]>([["0"], ["0"], ["1"], ["0", "1"], ["0", "1"], []]);
        return new SearchScope(
            $"traces of [{string.Join(", ", experiments)}]",
            row => experiments.Contains(row["experiment"][0]) ? row : null,
            async asked =>
            {
                var page = await store.Traces.SearchTracesAsync(new SearchTraces(experiments, asked.Filter, asked.OrderBy, asked.Size, asked.Token), Cancelled);
                return new Page<string>([.. page.Items.Select(trace => trace.TraceId)], page.NextPageToken);
            });
    }

    /// <summary>A span's JSON holds its note.</summary>
    private static Field Contained(IReadOnlyList<string> entities, string key) => new(key, entities, [key], false, ["LIKE", "ILIKE"])
    {
        IsOfParts = true,
        Operands = [.. Notes.Select(note => $"%{note}%")],
        Pattern = (operand, _) => operand,
        Judge = (span, clause) => span[Note].Any(note => ((string)note).Equals(
            ((string)clause.Operand!).Trim('%'),
            clause.Comparator == "LIKE" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)),
    };

    private static async Task TraceAsync(OpenStore store, Row row, Dice dice)
    {
        var tags = dice.Some([.. Texts.Keys, TraceKeys.TraceName]).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        var metadata = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        if (dice.Perhaps(Runs) is { } run)
        {
            metadata.Add(new KeyValue(TraceKeys.SourceRun, run));
            row.With(Run, run).With(Linked, run);
        }

        if (dice.Perhaps(Sessions) is { } session)
        {
            metadata.Add(new KeyValue(TraceKeys.Session, session));
            row.With("session", session);
        }

        var (time, state, client) = (1500L + dice.Next(4), dice.Of(States), dice.Perhaps(Texts.Any));
        long? duration = dice.Once(3) ? null : dice.Next(4);
        await store.Traces.StartTraceAsync(Make.Trace(row.Id, (string)row["experiment"][0], time, duration, state, client, [.. tags], [.. metadata]), Cancelled);
        tags.ForEach(pair => row.With("tags." + pair.Key, pair.Value));
        metadata.ForEach(pair => row.With("metadata." + pair.Key, pair.Value));
        row.With("timestamp", time).With("execution_time", duration).With("end_time", time + (duration ?? 0)).With("status", state).With("client_request_id", client);
    }

    private static async Task SpansAsync(OpenStore store, Row row, Dice dice)
    {
        var spans = new List<OtelSpan>();
        for (var number = dice.Next(4); number > 0; number--)
        {
            var (name, type, status, note) = (dice.Of(Texts.Any), dice.Perhaps(["LLM", "TOOL", "Tööl"]), dice.Of([OtelStatus.Ok, OtelStatus.Error, OtelStatus.Unset]), dice.Perhaps(Notes));
            var part = new Row(row.Id).With("span.name", name).With("span.type", type).With("span.status", status.ToString().ToUpperInvariant()).With(Note, note);
            var attributes = new List<(string, object?)>();
            foreach (var key in dice.Some(["model", "gen model"]))
            {
                var value = dice.Of(Texts.Any);
                attributes.Add((key, value));
                part.With("span.attributes." + key, value);
            }

            attributes.AddRange(type is null ? [] : [(TraceKeys.SpanType, type)]);
            attributes.AddRange(note is null ? [] : [(Note, note)]);
            spans.Add(Make.Span(number, 9, 1, 2, name, status, [.. attributes]));
            row.Parts.Add(part);
        }

        await store.Traces.LogSpansAsync((string)row["experiment"][0], row.Id, spans, Cancelled);
    }

    private static async Task LinksAsync(OpenStore store, Row row, Dice dice)
    {
        foreach (var run in dice.Once(3) ? dice.Some(Runs) : [])
        {
            await store.Traces.LinkTracesToRunAsync([row.Id], run, Cancelled);
            row.With(Linked, run);
        }

        foreach (var prompt in dice.Once(3) ? dice.Some(PromptVersions) : [])
        {
            await store.Traces.LinkPromptsAsync(row.Id, [new PromptVersion(prompt.Split('/')[0], prompt.Split('/')[1])], Cancelled);
            row.With("prompt", prompt);
        }
    }

    /// <summary>An assessment that another one overrides counts no more; one of a whole session counts for each of its traces.</summary>
    private static async Task AssessAsync(OpenStore store, Row row, List<Row> rows, Dice dice)
    {
        foreach (var (kind, name) in dice.Some([(AssessmentKind.Feedback, "mark"), (AssessmentKind.Expectation, "mark"), (AssessmentKind.Feedback, "word")]))
        {
            var value = name == "word" ? dice.Of(Texts.Any) : dice.Of(Marks);
            var isOfSession = row["session"].Count > 0 && dice.Once(3);
            var assessment = AssessmentTests.Feedback(row.Id, name, value == "true" ? value : PythonJson.Dump(value)) with
            {
                Kind = kind,
                Metadata = isOfSession ? [new KeyValue(TraceKeys.Session, (string)row["session"][0])] : [],
            };
            if (dice.Once(3))
            {
                var overridden = await store.Traces.CreateAssessmentAsync(assessment with { Value = PythonJson.Dump(dice.Of(Marks)) }, Cancelled);
                assessment = assessment with { Overrides = overridden.AssessmentId };
            }

            await store.Traces.CreateAssessmentAsync(assessment, Cancelled);
            foreach (var other in isOfSession ? rows.Where(other => other["session"].SequenceEqual(row["session"])) : [row])
            {
                other.With($"{(kind == AssessmentKind.Feedback ? "feedback" : "expectation")}.{name}", value);
            }
        }

        if (dice.Perhaps(Issues) is { } issue)
        {
            await store.Traces.CreateAssessmentAsync(AssessmentTests.Feedback(row.Id, issue, """{"issue_name": "slow"}""") with { Kind = AssessmentKind.Issue }, Cancelled);
            row.With("issue.id", issue);
        }
    }
}
