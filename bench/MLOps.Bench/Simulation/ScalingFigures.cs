using System.Globalization;
using System.Text.Json;
using MLOps.Bench.Load;

namespace MLOps.Bench.Simulation;

/// <summary>What bench/scaling.sh has recorded: figures of 1, 2, 3, … silos on one machine, the time of a flush to its disk, and how many metrics a commit carried.</summary>
internal sealed class ScalingFigures
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly List<ScalingFigure> _figures = [];
    private readonly List<(int Silos, int Connections, double MetricsPerCommit)> _batches = [];

    /// <summary>Cores that everything shared.</summary>
    public required int Cores { get; init; }

    /// <summary>Seconds of one flush of PostgreSQL's log.</summary>
    public required double Flush { get; init; }

    public IEnumerable<int> Silos => _figures.Select(figure => Number(figure.Label)).Distinct().Order();

    public static ScalingFigures Read(string file)
    {
        var lines = File.ReadAllLines(file).Where(line => line.Length > 0).ToArray();
        using var machine = JsonDocument.Parse(lines[0]);
        var read = new ScalingFigures { Cores = machine.RootElement.GetProperty("cores").GetInt32(), Flush = machine.RootElement.GetProperty("flushMicroseconds").GetDouble() / 1e6 };
        foreach (var line in lines.Skip(1))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("metricsPerCommit", out var batch))
            {
                read._batches.Add((json.RootElement.GetProperty("silos").GetInt32(), json.RootElement.GetProperty("connections").GetInt32(), batch.GetDouble()));
            }
            else
            {
                read._figures.Add(JsonSerializer.Deserialize<ScalingFigure>(line, Json)!);
            }
        }

        return read;
    }

    /// <summary>The pass whose rate is the middle one of all passes.</summary>
    public LoadResult Of(int silos, string scenario, int connections) => Middle(Passes(silos, scenario, connections));

    /// <summary>Every pass over a scenario, the slowest first.</summary>
    public IReadOnlyList<LoadResult> Passes(int silos, string scenario, int connections) =>
    [
        .. _figures
            .Where(figure => Number(figure.Label) == silos && figure.Result.Scenario == scenario && figure.Result.Connections == connections)
            .Select(figure => figure.Result)
            .OrderBy(result => result.CallsPerSecond),
    ];

    /// <summary>Metrics of one commit, the middle one of all passes.</summary>
    public double Batch(int silos, int connections) =>
        Middle([.. _batches.Where(batch => batch.Silos == silos && batch.Connections == connections).Select(batch => batch.MetricsPerCommit).Order()]);

    private static T Middle<T>(IReadOnlyList<T> sorted) => sorted[(sorted.Count - 1) / 2];

    private static int Number(string label) => int.Parse(label, CultureInfo.InvariantCulture);
}
