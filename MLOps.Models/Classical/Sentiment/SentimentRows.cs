using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Sentiment;

namespace MLOps.Models.Classical.Sentiment;

/// <summary>Texts with the counts of the lexicon words that occur in them, and their classes: 0 negative, 1 neutral, 2 positive.</summary>
internal sealed record SentimentRows(string[] Texts, IReadOnlyDictionary<int, double>[] Counts, int[] Classes)
{
    public static SentimentRows Of(TrainingData data, SentimentLexicon lexicon)
    {
        var texts = data.Texts("text");
        return new SentimentRows(
            texts,
            [.. texts.Select(text => LexiconCounts.Occurring(text, lexicon))],
            [.. TrainingRows.Finite(data, "label").Select((label, row) => Class(label, row))]);
    }

    public int Count => Classes.Length;

    public SentimentRows Part(Range rows) => new(Texts[rows], Counts[rows], Classes[rows]);

    private static int Class(double label, int row) => label is -1 or 0 or 1
        ? (int)label + 1
        : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {row}, column 'label' is {label}: expected -1 (negative), 0 (neutral) or 1 (positive)."));
}
