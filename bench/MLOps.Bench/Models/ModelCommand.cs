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
        var window = new Option<WalkForwardWindow>("--window") { Description = "What each fold trains on: all that came before, or as much as the first" };
        var gap = new Option<int>("--gap") { Description = "Rows before each block that its training leaves out, for labels that reach ahead" };
        var command = new Command("models", "Trains a model of the catalogue on a file and walks it forward: figures beside their baselines, mean and deviation over seeds and folds")
        {
            id, data, trainEnd, set, seeds, folds, window, gap,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var end = result.GetValue(trainEnd);
            var plan = result.GetValue(folds) == 0
                ? null
                : new WalkForwardPlan(result.GetValue(folds), result.GetValue(window), end, Gap: result.GetValue(gap), Seeds: result.GetValue(seeds));
            return ModelSuite.RunAsync(result.GetValue(id)!, result.GetValue(data)!.FullName, result.GetValue(set) ?? [], plan, end, Console.Out, cancellationToken);
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
