using MLOps.Client;
using MLOps.Client.Experiments;
using MLOps.Client.Runs;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Experiments;

/// <summary>An experiment's runs. Filter and order are MLflow's search grammar and happen in the store.</summary>
public sealed class ExperimentModel(MLOpsClient client) : LiveModel
{
    private const int PageSize = 100;
    private const int MetricColumns = 5;
    private const int ParamColumns = 3;
    private const string NewestFirst = "attributes.start_time DESC";

    public string Name { get; private set; } = "";

    public Experiment? Experiment { get; private set; }

    public IReadOnlyList<Run> Runs { get; private set; } = [];

    /// <summary>Whether the experiment has more runs than are listed.</summary>
    public bool HasMore { get; private set; }

    /// <summary>For example <c>metrics.val_loss &lt; 0.2 and params.model = 'tcn'</c>.</summary>
    public string Filter { get; set; } = "";

    /// <summary>The metric that orders the list; null: the time of starting.</summary>
    public string? SortMetric { get; private set; }

    public bool IsDescending { get; private set; }

    /// <summary>The metrics that most listed runs have.</summary>
    public IReadOnlyList<string> Metrics { get; private set; } = [];

    /// <summary>The parameters that tell the listed runs apart, else the commonest.</summary>
    public IReadOnlyList<string> Params { get; private set; } = [];

    public void Show(string name)
    {
        if (name == Name)
        {
            return;
        }

        Name = name;
        Experiment = null;
        Runs = [];
        Filter = "";
        SortMetric = null;
        Reset();
    }

    /// <summary>Orders by a metric: ascending first, then descending, then by time again.</summary>
    public Task SortByAsync(string metric, CancellationToken cancellationToken)
    {
        (SortMetric, IsDescending) = (SortMetric == metric, IsDescending) switch
        {
            (true, true) => (null, false),
            (true, false) => (metric, true),
            _ => (metric, false),
        };
        return RefreshAsync(cancellationToken);
    }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Experiment ??= await client.Experiments.GetAsync(Name, cancellationToken);
        var page = await client.Runs.SearchAsync(
            [Experiment.ExperimentId],
            string.IsNullOrWhiteSpace(Filter) ? null : Filter,
            [SortMetric is null ? NewestFirst : $"metrics.`{SortMetric}` {(IsDescending ? "DESC" : "ASC")}"],
            PageSize,
            cancellationToken: cancellationToken);
        Runs = page.Runs;
        HasMore = page.NextPageToken is not null;
        Metrics = Commonest(Runs.SelectMany(run => run.Metrics.Keys), MetricColumns);
        Params = Telling(Runs);
    }

    private static string[] Commonest(IEnumerable<string> keys, int count) =>
    [
        .. keys.CountBy(key => key, StringComparer.Ordinal)
            .OrderByDescending(key => key.Value)
            .ThenBy(key => key.Key, StringComparer.Ordinal)
            .Take(count)
            .Select(key => key.Key),
    ];

    private static string[] Telling(IReadOnlyList<Run> runs) =>
    [
        .. runs.SelectMany(run => run.Params)
            .GroupBy(param => param.Key, param => param.Value, StringComparer.Ordinal)
            .OrderByDescending(values => values.Distinct(StringComparer.Ordinal).Count() > 1)
            .ThenByDescending(values => values.Count())
            .ThenBy(values => values.Key, StringComparer.Ordinal)
            .Take(ParamColumns)
            .Select(values => values.Key),
    ];
}
