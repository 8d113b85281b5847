using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Neural.Tcn;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.EnsembleRegime;

/// <summary>Ensemble of regime forecasts: what four members say of the next day's regime becomes one probability of each.</summary>
internal sealed class EnsembleRegimeDefinition : IModelDefinition
{
    private const int MinimumRows = 500;
    private const int MinimumScored = 2;
    private const string LabelsFile = "labels-hmm.json";
    private const string MembersFile = "members.json";
    private const string WeightsFile = "weights.json";
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    public string Id => "ensemble-regime";

    public string Name => "Ensemble Regime Model";

    public string Category => "Regime Detection";

    public string Description => "The next day's regime by a stacked logarithmic pool of four members: an HMM's prediction, a Markov chain of regimes, a softmax regression and a naive Bayes on the day's features.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.RealNumber("stacking_fraction", 0.3, 0.05, 0.6, "Last part of the training days: the members are fitted before it, the pool's weights on it."),
        HyperParameterOf.WholeNumber("hmm_starts", 10, 1, 200, "Starting points of the HMM that makes the labels."),
        HyperParameterOf.WholeNumber("seed", 1, 0, int.MaxValue, "Seed of the HMM's starting points."),
    ];

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Unbroken("its members filter a hidden state that goes from each row to the next");

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(LogPool.Input, "float64", [-1, RegimeMembers.Names.Count, RegimeMembers.Regimes])],
        [new TensorSpec(LogPool.Output, "float64", [-1, RegimeMembers.Regimes])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var bars = TrainingRows.Select(request, MinimumRows);
        var features = DailyFeatures.Compute(bars);

        // The last day's tomorrow is not known yet.
        var days = features.Rows.Count - 1;
        var memberDays = days - (int)(days * parameters.RealNumber("stacking_fraction"));
        observer.OnProgress(0.05, "Labelling days by an HMM");
        double[] returns = [.. features.Rows.Select(row => row[0])];
        var labels = RegimeLabels.From(returns, memberDays + 1, RegimeMembers.Regimes, parameters.WholeNumber("hmm_starts"), parameters.WholeNumber("seed"), cancellationToken);
        observer.OnProgress(0.6, "Fitting members and pool");
        var members = RegimeMembers.Fit(features.Rows, labels.States, memberDays, cancellationToken);
        var stacked = members.Predict(labels, features.Rows, memberDays, days);
        var next = labels.States[(memberDays + 1)..(days + 1)];
        var pool = LogPool.Fit(stacked, next, cancellationToken);
        var figures = Scores(pool.Score(stacked, next), pool, stacked, next);
        observer.OnMetrics(1, [.. figures]);

        var tags = Tags(bars, features, memberDays);
        var model = OnnxModelFile.Write(pool.Graph(), Description, tags);
        var parity = CheckParity(model, pool, stacked);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Log-loss {figures["log_loss"]:F4} on the stacking days"));
        return new TrainedModel(
            [
                new ModelFile("model.onnx", model),
                new ModelFile(LabelsFile, HmmFileContent.Write(labels.Hmm, memberDays + 1)),
                new ModelFile(MembersFile, members.Write()),
                new ModelFile(WeightsFile, JsonSerializer.SerializeToUtf8Bytes(pool, Options)),
            ],
            Signature,
            parameters.AsText,
            new Dictionary<string, double>(
            [
                .. figures.Select(figure => KeyValuePair.Create($"stacking_{figure.Key}", figure.Value)),
                .. RegimeMembers.Names.Select((name, m) => KeyValuePair.Create($"weight_{name}", pool.Weights[m])),
                KeyValuePair.Create("onnx_max_difference", parity),
            ]),
            Monitored(members.Predict(labels, features.Rows, 0, features.Rows.Count), features),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var features = DailyFeatures.Compute(data.Rows(0, to).Bars());
        var days = features.Rows.Count - 1;

        // Features begin a day after the first row; the day before the first scored one forecasts it.
        var first = from - 2;
        if (first < 0 || days - first < MinimumScored)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be at least {MinimumScored} of them, with 2 rows before them.");
        }

        var labels = RegimeLabels.By(HmmFileContent.Read(model.File(LabelsFile)), [.. features.Rows.Select(row => row[0])]);
        var members = RegimeMembers.Read(model.File(MembersFile)).Predict(labels, features.Rows, first, days);
        var pool = JsonSerializer.Deserialize<LogPool>(model.File(WeightsFile), Options)!;

        // Features begin a day after the first row.
        using var runner = model.Open("model.onnx");
        var next = labels.States[(first + 1)..(days + 1)];
        var own = TcnScore.Of([.. Served(runner, members, Enumerable.Range(first + 1, members.Length)).Chunk(RegimeMembers.Regimes)], next);
        return new Dictionary<string, double>([.. Scores(own, pool, members, next), KeyValuePair.Create("days", (double)members.Length)]);
    }

    /// <summary>The pool's figures beside each member's own, and those of a pool in which all weigh the same.</summary>
    private static Dictionary<string, double> Scores(TcnScore own, LogPool pool, double[][][] members, int[] labels)
    {
        var even = new LogPool([.. pool.Weights.Select(_ => 1.0 / pool.Weights.Length)], [.. pool.Offsets.Select(_ => 0.0)]);
        double[] alone = [.. RegimeMembers.Names.Select((_, m) => LogPool.LogLoss(members, labels, m))];
        return new Dictionary<string, double>(
        [
            KeyValuePair.Create("log_loss", own.LogLoss),
            KeyValuePair.Create("accuracy", own.Accuracy),
            KeyValuePair.Create("baseline_best_member_log_loss", alone.Min()),
            KeyValuePair.Create("baseline_even_pool_log_loss", even.Score(members, labels).LogLoss),
            .. RegimeMembers.Names.Select((name, m) => KeyValuePair.Create($"baseline_{name}_log_loss", alone[m])),
        ]);
    }

    private static double CheckParity(byte[] model, LogPool pool, double[][][] members)
    {
        using var runner = new OnnxRunner(model);
        return OnnxParity.Check(LogPool.Output, [.. members.SelectMany(pool.Pool)], Served(runner, members), OnnxParity.Float64Tolerance);
    }

    private static double[] Served(OnnxRunner runner, double[][][] members, IEnumerable<int>? days = null) => runner.Run<double>(
        [(LogPool.Input, [.. members.SelectMany(day => day).SelectMany(member => member)], [members.Length, RegimeMembers.Names.Count, RegimeMembers.Regimes])],
        [LogPool.Output],
        days)[0];

    /// <summary>Each member's probability of turbulence is watched: the three of a member sum to 1.</summary>
    private static MonitoredFeatures Monitored(double[][][] members, DailyFeatures features) => new(
        [.. RegimeMembers.Names.Select((name, m) => new MonitoredFeature($"{name}_turbulent", LogPool.Input, ((m + 1) * RegimeMembers.Regimes) - 1))],
        features.Dates,
        [.. members.Select(day => day.Select(member => member[^1]).ToArray())]);

    private Dictionary<string, string> Tags(OhlcvSeries bars, DailyFeatures features, int memberDays) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = string.Join(',', RegimeMembers.Names),
        ["input"] = "probabilities of the next day's regime [B,M,3], members in the order of feature_names",
        ["classes"] = "0 calm, 1 normal, 2 turbulent (HMM states by variance)",
        ["labels"] = "the next day's most probable state by the forward filter of an HMM fitted on the members' days",
        ["training_start"] = TimeText.Of(bars.Dates[0]),
        ["training_end"] = TimeText.Of(bars.Dates[^1]),
        ["members_end"] = TimeText.Of(features.Dates[memberDays]),
    };
}
