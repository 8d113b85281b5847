using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Bench.Models;

/// <summary>Says on standard error what a training does, so that the tables alone are on standard output.</summary>
internal sealed class ConsoleObserver : ITrainingObserver
{
    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
    }

    public void OnProgress(double fraction, string message) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fraction,5:P0} {message}"));

    public void OnCheckpoint(long step, Func<byte[]> content)
    {
    }

    public bool IsToFinish() => false;
}
