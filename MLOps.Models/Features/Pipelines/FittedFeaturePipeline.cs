using System.Text.Json;
using System.Text.Json.Serialization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>A pipeline with what it learnt of the training rows: a file of the model, from which serving makes the same features.</summary>
/// <param name="Declared">As it was declared.</param>
/// <param name="Features">One for each column, in order.</param>
/// <param name="Lookback">Rows before the first that has all features. Indicators that smooth exponentially remember further back: give them several times as many rows, and the difference is gone.</param>
/// <param name="KeptNumbers">Those of the kept columns that hold numbers.</param>
public sealed record FittedFeaturePipeline(FeaturePipeline Declared, IReadOnlyList<FittedFeature> Features, int Lookback, IReadOnlyList<string>? KeptNumbers = null)
{
    /// <summary>Of the model's folder.</summary>
    public const string FileName = "features.json";

    /// <summary>Columns that it reads of raw rows in serving, where there are no labels.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Reads => [.. Declared.Features.SelectMany(step => step.Reads).Concat(Declared.Keep ?? []).Distinct()];

    /// <summary>Those of <see cref="Reads"/> that hold numbers.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> ReadsNumbers => [.. Declared.Features.SelectMany(step => step.Reads).Concat(KeptNumbers ?? []).Distinct()];

    /// <summary>Columns that come out.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Makes => [.. Declared.Names, .. Declared.Keep ?? []];

    /// <exception cref="ModelTrainingException">It is no such file.</exception>
    public static FittedFeaturePipeline Read(ReadOnlySpan<byte> file)
    {
        FittedFeaturePipeline? fitted;
        try
        {
            fitted = JsonSerializer.Deserialize<FittedFeaturePipeline>(file, FeaturePipeline.Json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new ModelTrainingException($"{FileName} cannot be read: {exception.Message}", exception);
        }

        return fitted is not null && fitted.Features.Select(feature => feature.Name).SequenceEqual(fitted.Declared.Names)
            ? fitted
            : throw new ModelTrainingException($"{FileName} has scalers of other features than it declares: it is of another release.");
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, FeaturePipeline.Json);

    /// <summary>The features of every row that has the history they need: what a request in serving sends, made of raw rows.</summary>
    /// <exception cref="ModelTrainingException">A column is missing.</exception>
    public TrainingData Apply(TrainingData rows) => Whole(rows).Data;

    /// <summary><see cref="Apply"/>, and which rows those are.</summary>
    internal (TrainingData Data, int[] Rows) Whole(TrainingData rows) => Select(rows, (_, isWhole) => isWhole);

    /// <summary>The features with their labels, of every row that has both.</summary>
    /// <param name="labelledUpTo">Labels of rows before this one that reach it or beyond are left out (purged), for what comes from there on is to be scored.</param>
    internal (TrainingData Data, int[] Rows) Labelled(TrainingData rows, int labelledUpTo = int.MaxValue)
    {
        if (Declared.Label is not { } step)
        {
            return Whole(rows);
        }

        var labels = step.Compute(rows);
        var (data, kept) = Select(rows, (row, isWhole) => isWhole && labels.TryGetValue(row, out var label) && (row >= labelledUpTo || label.Label.Span.End < labelledUpTo));
        return (
            new TrainingData(
                data.Times,
                [
                    .. data.Columns,
                    DataColumn.Of(TripleBarrierStep.Label, [.. kept.Select(row => (double)labels[row].Label.Side)]),
                    DataColumn.Of(TripleBarrierStep.Weight, [.. kept.Select(row => labels[row].Weight)]),
                    DataColumn.Of(TripleBarrierStep.Rows, [.. kept.Select((row, i) => (double)(LastUpTo(kept, labels[row].Label.Span.End) - i))]),
                ]).In(data.Pieces),
            kept);
    }

    private (TrainingData Data, int[] Rows) Select(TrainingData rows, Func<int, bool, bool> isKept)
    {
        var columns = Declared.Compute(rows);
        int[] kept = [.. Enumerable.Range(0, rows.Count).Where(row => isKept(row, columns.All(column => double.IsFinite(column[row]))))];
        return (
            new TrainingData(
                rows.Times is { } times ? [.. kept.Select(row => times[row])] : null,
                [
                    .. Features.Select((feature, i) => DataColumn.Of(feature.Name, [.. kept.Select(row => (columns[i][row] - feature.Mean) / feature.Deviation)])),
                    .. (Declared.Keep ?? []).Select(name => Kept(rows, name, kept)),
                ]).In(rows.PiecesOf(kept)),
            kept);
    }

    /// <summary>The last of the kept rows that is no later than a row.</summary>
    private static int LastUpTo(int[] kept, int row)
    {
        var found = Array.BinarySearch(kept, row);
        return found >= 0 ? found : ~found - 1;
    }

    private static DataColumn Kept(TrainingData rows, string name, int[] kept)
    {
        var column = rows.Columns.FirstOrDefault(column => column.Name == name)
            ?? throw new ModelTrainingException($"The feature pipeline keeps the column '{name}', which the data does not have; it has {string.Join(", ", rows.Columns.Select(had => had.Name))}.");
        return new DataColumn(name, column.Numbers is { } numbers ? [.. kept.Select(row => numbers[row])] : null, column.Texts is { } texts ? [.. kept.Select(row => texts[row])] : null);
    }
}
