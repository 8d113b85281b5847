using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLOps.AppHost.Embedded;

namespace MLOps.AppHost.Demo;

/// <summary><c>demo</c>: the main job on real input, over the same HTTP API that everybody else uses.</summary>
internal static class DemoCommand
{
    public static Command Create(Func<ParseResult, EmbeddedSettings> settings)
    {
        var epochs = new Option<int>("--epochs") { Description = "Most epochs of the network", DefaultValueFactory = _ => DemoSettings.DefaultEpochs };
        epochs.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var given) && given < 1)
            {
                result.AddError($"--epochs is {given}: expected 1 or more");
            }
        });
        var from = Month("--from", "First month to replay", new DateOnly(2017, 1, 1));
        var until = Month("--until", "Last month to replay", new DateOnly(2020, 4, 1));
        var keep = new Option<bool>("--keep") { Description = "Go on running after the demo (the default in a terminal)" };
        var exit = new Option<bool>("--exit") { Description = "Stop after the demo (the default when output is not a terminal)" };

        var command = new Command("demo", "Trains two models on the S&P 500, serves them, replays 2017-2020 and watches March 2020 raise the alarm.")
        {
            epochs, from, until, keep, exit,
        };
        command.SetAction((result, cancellationToken) => DemoProcess.RunAsync(
            settings(result),
            new DemoSettings(
                result.GetValue(epochs),
                result.GetValue(from),
                result.GetValue(until),
                result.GetValue(keep) || (!result.GetValue(exit) && !Console.IsOutputRedirected && !Console.IsInputRedirected)),
            cancellationToken));
        return command;
    }

    private static Option<DateOnly> Month(string name, string description, DateOnly month) => new(name)
    {
        Description = $"{description}, as {month:yyyy-MM}",
        DefaultValueFactory = _ => month,
        CustomParser = result => Parse(result, name),
    };

    private static DateOnly Parse(ArgumentResult result, string name)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            && month > DemoSettings.TrainEnd)
        {
            return month;
        }

        result.AddError($"{name} is '{result.Tokens[0].Value}': expected a month after the training years, for example 2017-01");
        return default;
    }
}
