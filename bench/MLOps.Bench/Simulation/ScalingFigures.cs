using System.Globalization;
using System.Text.Json;
using MLOps.Bench.Load;

namespace MLOps.Bench.Simulation;

/// <summary>What bench/scaling.sh has recorded: figures of 1, 2, 3, … silos on one machine, the time of a flush to its disk, and how many metrics a commit carried.</summary>
internal sealed class ScalingFigures
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly List<ScalingFigure> _figures = [];

    /// <summary>Cores that everything shared.</summary>
    public required int Cores { get; init; }

    /// <summary>Seconds of one flush of PostgreSQL's log.</summary>
    public required double Flush { get; init; }

    /// <summary>Metrics of one commit by silos and connections.</summary>
    public IReadOnlyDictionary<(int Silos, int Connections), double> Batches { get; private init; } = new Dictionary<(int, int), double>();

    public IEnumerable<int> Silos => _figures.Select(figure => Number(figure.Label)).Distinct().Order();

    public static ScalingFigures Read(string file)
    {
        var lines = File.ReadAllLines(file).Where(line => line.Length > 0).ToArray();
        using var machine = JsonDocument.Parse(lines[0]);
        var batches = new Dictionary<(int, int), double>();
        var figures = new List<ScalingFigure>();
        foreach (var line in lines.Skip(1))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("metricsPerCommit", out var batch))
            {
                batches[(json.RootElement.GetProperty("silos").GetInt32(), json.RootElement.GetProperty("connections").GetInt32())] = batch.GetDouble();
            }
            else
            {
                figures.Add(JsonSerializer.Deserialize<ScalingFigure>(line, Json)!);
            }
        }

        var read = new ScalingFigures { Cores = machine.RootElement.GetProperty("cores").GetInt32(), Flush = machine.RootElement.GetProperty("flushMicroseconds").GetDouble() / 1e6, Batches = batches };
        read._figures.AddRange(figures);
        return read;
    }

    public LoadResult Of(int silos, string scenario, int connections) =>
        _figures.Single(figure => Number(figure.Label) == silos && figure.Result.Scenario == scenario && figure.Result.Connections == connections).Result;

    private static int Number(string label) => int.Parse(label, CultureInfo.InvariantCulture);
}
