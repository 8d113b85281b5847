using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Tests.Microstructure;
using MLOps.Testing;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>Rows that each model of the catalogue can be trained on and scored on, and hyper-parameters by which it is quickly done.</summary>
internal static class CatalogueRows
{
    private static readonly TrainingData Bars = TrainingData.FromBars(TestSeries.Sp500).Rows(2600, 3900);

    public static TrainingData Of(string id) => id switch
    {
        "rl-allocator" => Europe,
        "meta-controller" or "portfolio-optimizer" or "hierarchical-risk-parity" or "momentum-ranker" => TestSeries.Dow30.Rows(0, 1300),
        "microstructure-features" => HighFrequency.TradeTable.Rows(0, 4000),
        "order-flow-impact" => HighFrequency.QuoteTable,
        "hawkes-intensity" => Events,
        "sentiment" => Headlines,
        "kalman-pairs" => Pair,
        _ => Bars,
    };

    /// <summary>Four of five rows.</summary>
    public static int TrainedTo(TrainingData data) => data.Count * 4 / 5;

    public static Dictionary<string, string> Parameters(IModelDefinition definition)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (name, value) in ((string, string)[])[("epochs", "2"), ("iterations", "2"), ("hmm_starts", "2"), ("starts", "2"), ("trees", "40"), ("max_run", "50"), ("threads", "1")])
        {
            if (definition.HyperParameters.Any(parameter => parameter.Name == name))
            {
                parameters[name] = value;
            }
        }

        if (definition.Id is "har-rv" or "lstm-volatility")
        {
            parameters["values"] = "range";
        }

        return parameters;
    }

    private static TrainingData Europe { get; } = Dated(
        [.. new[] { "DAX", "SMI", "CAC", "FTSE" }.Select((name, i) => DataColumn.Of(name, [.. TestSeries.EuropeanCloses.Take(1300).Select(row => row[i])]))]);

    private static TrainingData Pair { get; } = Dated([DataColumn.Of("y", [.. TestSeries.EuropeanCloses.Take(800).Select(row => row[0])]), DataColumn.Of("x", [.. TestSeries.EuropeanCloses.Take(800).Select(row => row[3])])]);

    /// <summary>Times of trades, each once.</summary>
    private static TrainingData Events { get; } = new([.. HighFrequency.TradeTimes.Distinct().Take(1500)], []);

    private static TrainingData Headlines { get; } = ReadHeadlines();

    private static TrainingData Dated(IReadOnlyList<DataColumn> columns) =>
        new([.. Enumerable.Range(0, columns[0].Count).Select(i => new DateTime(1991, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i))], columns);

    private static TrainingData ReadHeadlines()
    {
        string[] lines = [.. File.ReadLines(RepositoryRoot.Combine("tests", "data", "headlines.csv")).Skip(1)];
        return new TrainingData(
            null,
            [
                DataColumn.Of("text", [.. lines.Select(line => line[..line.LastIndexOf(',')])]),
                DataColumn.Of("label", [.. lines.Select(line => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))]),
            ]);
    }
}
