using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLOps.Models.Evaluation;

namespace MLOps.Bench.Models;

/// <summary><c>models</c>: one model of the catalogue on a file.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Model of the catalogue" };
        var data = new Option<FileInfo>("--data") { Description = "CSV (with a header), Parquet or JSON lines; a column 'date' or 'time' has the rows' times", Required = true };
        var trainEnd = new Option<DateOnly?>("--train-end") { Description = "Last day of the (first) training, inclusive", CustomParser = Day };
        var set = new Option<string[]>("--set") { Description = "Hyper-parameter as name=value (repeatable)" };
        var seeds = new Option<int>("--seeds") { Description = "Trainings of each fold, by successive seeds", DefaultValueFactory = _ => 1 };
        var folds = new Option<int>("--folds") { Description = "Blocks that are scored one after the other, the model trained anew before each; 0: only one training", DefaultValueFactory = _ => 5 };
        var method = new Option<string>("--method") { Description = "How blocks are trained for: expanding or rolling on what came before, purgedKFold or combinatorialPurged on both sides", DefaultValueFactory = _ => "expanding" };
        method.AcceptOnlyFromAmong("expanding", "rolling", "purgedKFold", "combinatorialPurged", "shuffledKFold");
        var testGroups = new Option<int>("--test-groups") { Description = "Of combinatorialPurged: blocks that each training leaves out", DefaultValueFactory = _ => CrossValidationPlan.DefaultTestGroups };
        var embargo = new Option<double>("--embargo") { Description = "Of a cross-validation: share of the rows behind each block that are not trained on", DefaultValueFactory = _ => CrossValidationPlan.DefaultEmbargo };
        var horizon = new Option<int?>("--label-horizon") { Description = "Of a cross-validation: rows ahead that a label in the data's own columns looks" };
        var gap = new Option<int>("--gap") { Description = "Rows before each block that its training leaves out, for labels that reach ahead" };
        var tried = new Option<double[]>("--tried") { Description = "Sharpe ratio per period of another setting that was tried for the same purpose (repeatable): the strategy's is deflated by them" };
        var command = new Command("models", "Trains a model of the catalogue on a file and evaluates it, walk-forward or by cross-validation: figures beside their baselines, mean and deviation over seeds and folds")
        {
            id, data, trainEnd, set, seeds, folds, method, testGroups, embargo, horizon, gap, tried,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var end = result.GetValue(trainEnd);
            EvaluationPlan? plan = (result.GetValue(folds), result.GetValue(method)) switch
            {
                (0, _) => null,
                (var count, "expanding" or "rolling") => new WalkForwardPlan(
                    count, result.GetValue(method) == "rolling" ? WalkForwardWindow.Rolling : WalkForwardWindow.Expanding, end, Gap: result.GetValue(gap), Seeds: result.GetValue(seeds)),
                (var count, var name) => new CrossValidationPlan(
                    Enum.GetValues<CrossValidationMethod>().Single(kind => CrossValidationPlan.MethodName(kind) == name),
                    count,
                    result.GetValue(testGroups),
                    EmbargoFraction: result.GetValue(embargo),
                    LabelHorizon: result.GetValue(horizon),
                    Seeds: result.GetValue(seeds)),
            };
            return ModelSuite.RunAsync(result.GetValue(id)!, result.GetValue(data)!.FullName, result.GetValue(set) ?? [], plan, end, result.GetValue(tried) ?? [], Console.Out, cancellationToken);
        });
        return command;
    }

    private static DateOnly? Day(ArgumentResult argument)
    {
        if (DateOnly.TryParseExact(argument.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        argument.AddError($"'{argument.Tokens[0].Value}' is not an ISO date such as 2015-12-31.");
        return null;
    }
}
