using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Sentiment;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Sentiment;

/// <summary>Card 12: sentiment of texts by a lexicon and a logistic regression.</summary>
internal sealed class SentimentDefinition : IModelDefinition
{
    private const int MinimumRows = 30;
    private const string VocabularyName = "vocabulary.json";
    private const string Lexicon = "lexicon";
    private const string Saturation = "saturation";
    private const string L2 = "l2";
    private const string ValidationFraction = "validation_fraction";

    public string Id => "sentiment";

    public string Name => "Sentiment Feature Extractor";

    public string Category => "Feature Extraction";

    public string Description =>
        "Probabilities that a text is bad, neutral or good news, and a score from -1 to 1, from counts of lexicon words: send counts [B,V] in the order of vocabulary.json (the class LexiconCounts makes them of a text), get negative, neutral, positive and score.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Choice(Lexicon, [SentimentLexicon.Market.Name, SentimentLexicon.Vader.Name], "Words and valences: AFINN with words of market news, or VADER's of social media."),
        HyperParameterOf.RealNumber(Saturation, 4, 0.1, 100, "Sum of valences at which the squashed sum reaches 0.76."),
        HyperParameterOf.RealNumber(L2, 1, 0, 1e6, "Ridge penalty of the logistic regression; above 0 it keeps classes that part cleanly finite."),
        HyperParameterOf.RealNumber(ValidationFraction, 0.2, 0.05, 0.5, "Last part of the rows on which a fit of those before is tried. The exported model is fitted on all training rows."),
    ];

    public DataNeeds Data { get; } = new(
        false,
        false,
        [new NeededColumn("text", false), new NeededColumn("label", true)],
        0,
        "Texts in order of time: text, label (-1 bad news, 0 neutral, 1 good news).");

    public RowContinuity Continuity => RowContinuity.Independent;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(SentimentGraph.Input, "float32", [-1, -1])],
        [new TensorSpec(SentimentGraph.Output, "float32", [-1, SentimentGraph.Outputs])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var lexicon = parameters.Text(Lexicon) == SentimentLexicon.Vader.Name ? SentimentLexicon.Vader : SentimentLexicon.Market;
        var rows = SentimentRows.Of(TrainingRows.SelectTable(request, MinimumRows), lexicon);
        observer.OnProgress(0, $"Counting the words of {rows.Count} texts");

        var earlier = rows.Count - (int)(rows.Count * parameters.RealNumber(ValidationFraction));
        var (fit, validation) = (rows.Part(..earlier), rows.Part(earlier..));
        var tried = Fit(fit, lexicon, parameters, (_, _) => cancellationToken.ThrowIfCancellationRequested());
        var metrics = SentimentFigures.Of("val_", [.. validation.Counts.Select(tried.Predict)], validation, SentimentFigures.Shares(fit.Classes));
        var model = Fit(rows, lexicon, parameters, (iteration, loss) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.OnMetrics(iteration, [KeyValuePair.Create("train_loss", loss)]);
        });

        observer.OnProgress(0.7, "Exporting and checking ONNX");
        var tags = Tags(rows, lexicon);
        var graph = OnnxModelFile.Write(SentimentGraph.Build(model), Description, tags);
        metrics["onnx_max_difference"] = CheckParity(graph, model, rows);
        metrics["share_without_a_word"] = rows.Counts.Average(counts => counts.Count == 0 ? 1.0 : 0.0);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation accuracy {metrics["val_accuracy"]:F3}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", graph), new ModelFile(VocabularyName, SentimentFile.Write(lexicon, SentimentFigures.Shares(rows.Classes)))],
            new ModelSignature([new TensorSpec(SentimentGraph.Input, "float32", [-1, lexicon.Words.Count])], Signature.Outputs),
            parameters.AsText,
            metrics,
            Monitored: null,
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        if (to <= from)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there are none.");
        }

        var (lexicon, shares) = SentimentFile.Read(model.File(VocabularyName));
        var rows = SentimentRows.Of(data.Rows(from, to), lexicon);
        using var runner = model.Open("model.onnx");
        return new Dictionary<string, double>(SentimentFigures.Of("", Served(runner, rows, lexicon, from), rows, shares)) { ["texts"] = rows.Count };
    }

    private static SentimentClassifier Fit(SentimentRows rows, SentimentLexicon lexicon, HyperParameterValues parameters, Action<int, double> onIteration) =>
        rows.Classes.Distinct().Count() > 1
            ? SentimentClassifier.Fit(rows, lexicon, parameters.RealNumber(Saturation), parameters.RealNumber(L2), onIteration)
            : throw new ModelTrainingException($"All {rows.Count} texts to be fitted on have the same label; give at least two of -1, 0 and 1.");

    private static double CheckParity(byte[] graph, SentimentClassifier model, SentimentRows rows)
    {
        using var runner = new OnnxRunner(graph);
        return OnnxParity.Check(
            SentimentGraph.Output,
            [.. rows.Counts.SelectMany(model.Predict)],
            [.. Served(runner, rows, model.Lexicon).SelectMany(row => row)],
            OnnxParity.Float32Tolerance);
    }

    /// <summary>One text at a time: the counts of many would fill more memory than they are worth.</summary>
    private static double[][] Served(OnnxRunner runner, SentimentRows rows, SentimentLexicon lexicon, int first = 0)
    {
        var counts = new float[lexicon.Words.Count];
        return
        [
            .. rows.Counts.Select((occurring, row) =>
            {
                Array.Clear(counts);
                foreach (var (word, count) in occurring)
                {
                    counts[word] = (float)count;
                }

                return Array.ConvertAll(runner.Run<float>([(SentimentGraph.Input, counts, [1, counts.Length])], [SentimentGraph.Output], [first + row])[0], value => (double)value);
            }),
        ];
    }

    private Dictionary<string, string> Tags(SentimentRows rows, SentimentLexicon lexicon) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = "see vocabulary.json",
        ["lexicon"] = lexicon.Name,
        ["outputs"] = "negative, neutral, positive (probabilities), score (tanh of the sum of valences)",
        ["conventions"] = string.Create(CultureInfo.InvariantCulture, $"lower case; a word counts 1, or {LexiconCounts.Negated} behind a negation within {LexiconCounts.Reach} words; class order -1, 0, 1"),
        ["texts"] = rows.Count.ToString(CultureInfo.InvariantCulture),
    };
}
