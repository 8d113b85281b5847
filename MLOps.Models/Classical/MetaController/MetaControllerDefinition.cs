using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.MetaController;

/// <summary>Card 8: how much to trust each of several strategies, by what each has lost so far.</summary>
internal sealed class MetaControllerDefinition : IModelDefinition
{
    private const string BatchFile = "batch.onnx";
    private const string ParametersFile = "parameters.json";
    private const string Algorithm = "algorithm";
    private const string Exploration = "exploration";
    private const string Ridge = "ridge";
    private const string Kind = "kind";
    private const string Rate = "learning_rate";
    private const string Horizon = "horizon";
    private const string Share = "share";
    private const string LossRange = "loss_range";
    private const string CostBasisPoints = "cost_bp";
    private const int MinimumExperts = 2;
    private const int MinimumRows = 30;

    /// <summary>Rounds over which the step graph is run one by one at export, its weights fed back.</summary>
    private const int CarriedRounds = 250;

    public string Id => "meta-controller";

    public string Name => "Meta-Controller";

    public string Category => "Strategy Allocation";

    public string Description =>
        "Weights over strategies (experts): exponential weights that are never much worse than the best of them, Hedge (Freund and Schapire 1997), or one strategy at a time by a contextual bandit, LinUCB (Li and others 2010). "
        + "Served as a step graph: send the day's losses [B,M] and the weights w [B,M] that were held, get w_next [B,M] and the day's loss [B,1]; or send losses with a sequence_id and let the server keep w, from equal weights. LinUCB has four further states, fast, slow, inverse and pulls.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Choice(Algorithm, ["hedge", "linucb"], "Hedge: exponential weights over all experts, with a bound of the regret. LinUCB: one expert at a time, by a bandit that learns from the chosen one's losses alone."),
        HyperParameterOf.Choice(Kind, ["closes", "losses"], "What the columns have: closes (values) of each strategy, of whose returns losses are made, or losses as they are."),
        HyperParameterOf.RealNumber(Rate, 0, 0, 100, "η, how fast weight leaves those that lose; 0: √(8 ln M/T), for which the regret over T rounds is bounded."),
        HyperParameterOf.WholeNumber(Horizon, 0, 0, 10_000_000, "T of that η; 0: the number of training rounds."),
        HyperParameterOf.RealNumber(Share, 0, 0, 0.5, "Part of the weights that is spread evenly after every round, to follow changes of the best; above 0 the bound of the regret does not hold."),
        HyperParameterOf.RealNumber(Exploration, 0.5, 0, 100, "LinUCB's α: standard deviations of its expected reward that an expert is given credit for."),
        HyperParameterOf.RealNumber(Ridge, 1, 1e-6, 1e6, "LinUCB's penalty of each expert's regression."),
        HyperParameterOf.RealNumber(LossRange, 0, 0, 1e12, "Losses count from −loss_range to loss_range (closes) or from 0 to loss_range (losses), what lies beyond is cut off; 0: the largest of the training rounds."),
        HyperParameterOf.RealNumber(CostBasisPoints, 10, 0, 1_000, "Cost of trading in basis points of the traded amount, for the evaluation of closes."),
    ];

    public DataNeeds Data { get; } = new(false, false, [], MinimumExperts, "A column of closes (with a column 'date') or of losses for each of at least two strategies.");

    public RowContinuity Continuity => RowContinuity.Unbroken("it learns online, from each row to the next");

    public ModelSignature Signature { get; } = new([PerExpert("losses"), PerExpert("w")], [PerExpert("w_next"), new TensorSpec("loss", "float64", [-1, 1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var ofCloses = parameters.Text(Kind) == "closes";
        var series = ExpertSeries.From(TrainingRows.SelectTable(request, MinimumRows), ofCloses);
        var (experts, rounds) = (series.Experts.Count, series.Losses.Length);
        var scale = Scale(series, ofCloses, parameters.RealNumber(LossRange));
        var (round, rate) = Round(parameters, experts, rounds);
        observer.OnProgress(0, $"{rounds} rounds of {experts} experts");
        var run = ControllerRun.Over(series.Losses, scale, round.Create(), observer, cancellationToken);

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var conventions = Conventions(series, ofCloses, scale, rate);
        var metadata = new Dictionary<string, string>(conventions) { ["model_type"] = Id, ["feature_names"] = string.Join(',', series.Experts) };
        var stepMetadata = new Dictionary<string, string>(metadata) { ["mlops.state"] = ControllerGraphs.StateLinks(round) };
        var step = OnnxModelFile.Write(ControllerGraphs.Step(round, scale), Description, stepMetadata);
        var batch = OnnxModelFile.Write(ControllerGraphs.Batch(round, scale), "Weights of a whole history of losses [T,M].", metadata);
        var parity = Math.Max(CheckStep(step, round, series.Losses, run), CheckBatch(batch, series.Losses, run));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Regret {run.Regret:F2}; of Hedge at most {Hedge.RegretBound(experts, rounds):F2}"));
        var file = new MetaControllerFile(
            rounds, series.Experts, ofCloses, parameters.Text(Algorithm), scale, run.Final, run.Best, parameters.RealNumber(CostBasisPoints), conventions);
        return new TrainedModel(
            [new ModelFile("model.onnx", step), new ModelFile(BatchFile, batch), new ModelFile(ParametersFile, JsonContent.Write(file))],
            new ModelSignature(
                [new TensorSpec("losses", "float64", [-1, experts]), .. round.States.Select(state => new TensorSpec(state.Name, "float64", [-1, state.Width]))],
                [.. round.States.Select(state => new TensorSpec(state.Next, "float64", [-1, state.Width])), new TensorSpec("loss", "float64", [-1, 1])]),
            parameters.AsText,
            Metrics(run, experts, rounds, rate, parity),
            series.Dates is null
                ? null
                : new MonitoredFeatures([.. series.Experts.Select((name, i) => new MonitoredFeature(name, "losses", i))], series.Dates, series.Losses),
            new Dictionary<string, string>(conventions) { ["observations"] = rounds.ToString(CultureInfo.InvariantCulture) });
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var file = JsonContent.Read<MetaControllerFile>(model.File(ParametersFile));
        var series = ExpertSeries.From(data.Rows(0, to), file.OfCloses);
        if (!series.Experts.SequenceEqual(file.Experts, StringComparer.Ordinal))
        {
            throw new ModelTrainingException($"The rows have the experts {string.Join(", ", series.Experts)}, but the model was trained on {string.Join(", ", file.Experts)}.");
        }

        // With closes, loss t is made of the rows t and t+1.
        var first = Math.Max(0, file.OfCloses ? from - 1 : from);
        if (series.Losses.Length - first < 2)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least two rounds are needed.");
        }

        using var runner = model.Open(BatchFile);
        
        var weights = Weights(runner, series.Losses, Enumerable.Range(file.OfCloses ? 1 : 0, series.Losses.Length))[..^1];
        var (figures, returns) = MetaControllerScore.Of(series.Losses, weights, first, file);
        if (returns is not null)
        {
            model.Observer?.OnReturns(returns);
        }

        return figures;
    }

    /// <summary>The controller that the hyper-parameters ask for, and η where it has one.</summary>
    private static (ControllerRound Round, double? Rate) Round(HyperParameterValues parameters, int experts, int rounds)
    {
        if (parameters.Text(Algorithm) == "linucb")
        {
            return (new LinUcbRound(experts, parameters.RealNumber(Exploration), parameters.RealNumber(Ridge)), null);
        }

        var horizon = parameters.WholeNumber(Horizon) > 0 ? parameters.WholeNumber(Horizon) : rounds;
        var rate = parameters.RealNumber(Rate) > 0 ? parameters.RealNumber(Rate) : Hedge.LearningRate(experts, horizon);
        return (new HedgeRound(experts, rate, parameters.RealNumber(Share)), rate);
    }

    private static TensorSpec PerExpert(string name) => new(name, "float64", [-1, -1]);

    private static LossScale Scale(ExpertSeries series, bool ofCloses, double range)
    {
        var largest = range > 0 ? range : series.Losses.Max(row => row.Max(Math.Abs));
        if (largest == 0)
        {
            throw new ModelTrainingException("Every loss is 0: there is nothing to tell the experts apart by.");
        }

        return new LossScale(ofCloses || (range == 0 && series.Losses.Any(row => row.Min() < 0)) ? -largest : 0, largest);
    }

    private static Dictionary<string, string> Conventions(ExpertSeries series, bool ofCloses, LossScale scale, double? rate)
    {
        var conventions = series.Dates is null ? [] : TrainingPeriod.Tags(series.Dates);
        conventions["losses"] = ofCloses ? "-100*(close[t]/close[t-1]-1)" : "as they are";
        conventions["scale"] = string.Create(CultureInfo.InvariantCulture, $"clip((loss - {scale.Least:R})/{scale.Largest - scale.Least:R}, 0, 1)");
        conventions["update"] = rate is { } eta
            ? string.Create(CultureInfo.InvariantCulture, $"w*exp(-{eta:R}*loss), divided by its sum; from equal weights")
            : "the arm of largest upper confidence bound of 1 - loss, given (1, fast, slow) with decays 0.9 and 0.99 from 0.5; the first round by equal weights";
        return conventions;
    }

    private static Dictionary<string, double> Metrics(ControllerRun run, int experts, int rounds, double? rate, double parity)
    {
        var metrics = new Dictionary<string, double>
        {
            ["loss"] = run.Loss / rounds,
            ["loss_equal_weight"] = run.Totals.Average() / rounds,
            ["loss_best_expert"] = run.Totals.Min() / rounds,
            ["regret"] = run.Regret,
            ["onnx_max_difference"] = parity,
        };
        if (rate is { } eta)
        {
            metrics["regret_bound"] = Hedge.RegretBound(experts, rounds);
            metrics["learning_rate"] = eta;
        }

        return metrics;
    }

    private static double CheckStep(byte[] step, ControllerRound round, double[][] losses, ControllerRun run)
    {
        using var runner = new OnnxRunner(step);
        var count = Math.Min(losses.Length, CarriedRounds);
        double[][] states = [.. round.States.Select(state => Enumerable.Repeat(state.Initial, state.Width).ToArray())];
        var served = new List<double>();
        for (var t = 0; t < count; t++)
        {
            served.AddRange(states[0]);
            states = runner.Run<double>(
                [("losses", losses[t], [1, round.Experts]), .. round.States.Select((state, i) => (state.Name, states[i], new long[] { 1, state.Width }))],
                [.. round.States.Select(state => state.Next)]);
        }

        return OnnxParity.Check("w_next", [.. run.Weights.Take(count).SelectMany(row => row)], [.. served], OnnxParity.Float64Tolerance);
    }

    private static double CheckBatch(byte[] batch, double[][] losses, ControllerRun run)
    {
        using var runner = new OnnxRunner(batch);
        return OnnxParity.Check("w", [.. run.Weights.SelectMany(row => row), .. run.Final], [.. Weights(runner, losses).SelectMany(row => row)], OnnxParity.Float64Tolerance);
    }

    /// <summary>The weights of every round, and of the one that comes.</summary>
    private static double[][] Weights(OnnxRunner runner, double[][] losses, IEnumerable<int>? rows = null)
    {
        var outputs = runner.Run<double>([("losses", [.. losses.SelectMany(row => row)], [losses.Length, losses[0].Length])], ["w", "w_next"], rows);
        return [.. outputs[0].Chunk(losses[0].Length), outputs[1]];
    }
}
