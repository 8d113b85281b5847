using System.Diagnostics;
using System.Globalization;
using MLOps.Bench.Load;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Features;
using MLOps.Testing;

namespace MLOps.Bench.Fits;

/// <summary>How long the fits take that have a time to keep, beside the same fit in its naive form; one thread.</summary>
internal static class FitSuite
{
    private const int Starts = 20;

    public static void Run(TextWriter output)
    {
        var demGbp = Column(RepositoryRoot.Combine("tests", "data", "dem2gbp_daily_returns.csv"), 1);
        var sp500 = LogReturns.Percent(Column(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"), 4));
        output.WriteLine($"{"",-58}{"median ms",10}{"least",8}{"most",8}{"processor",11}  log-likelihood");
        Measure($"GARCH(1,1), {demGbp.Length} observations, three kinds of error", 100, () => GarchFitter.Fit(demGbp, new GarchRecursion(), new NormalDensity(), 200, (_, _, _) => { }).LogLikelihood, output);
        Measure("  naive: simplex search, no errors", 20, () => NaiveGarch.Fit(demGbp), output);
        Measure($"HMM of 3 states, {sp500.Length} observations, {Starts} starts", 5, () => GaussianHmm.Fit(sp500, 3, Starts, 1, CancellationToken.None).LogLikelihood, output);
        Measure("  naive: in logarithms, arrays of arrays", 1, () => new NaiveHmm(sp500, 3).Fit(Starts, 1), output);
    }

    private static void Measure(string name, int times, Func<double> fit, TextWriter output)
    {
        // What is compiled and optimised in the first half is not what a fit costs; one that takes so long as to be run once is optimised within it.
        for (var i = 1; i < times; i++)
        {
            fit();
        }

        var (taken, logLikelihood) = (new List<double>(), 0.0);
        var processor = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            logLikelihood = fit();
            taken.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        // Under other load the time that passes is not the fit's; the processor's time is, collections of garbage and compilation included.
        processor = Environment.CpuUsage.TotalTime - processor;
        taken.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-58}{Percentile.At(taken, .5),10:F1}{taken[0],8:F1}{taken[^1],8:F1}{processor.TotalMilliseconds / times,11:F1}  {logLikelihood:F4}"));
    }

    private static double[] Column(string path, int column) =>
        [.. File.ReadLines(path).Skip(1).Select(line => double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))];
}
