using System.Text.Json;
using MLOps.Client;

namespace MLOps.AppHost.Demo;

/// <summary>Where the fitted recursion stood after its last training day: h[t+1] = omega + alpha (y[t]-mu)^2 + beta h[t].</summary>
/// <param name="NextVariance">Forecast for the first day after training, %².</param>
internal sealed record GarchState(double Mu, double Omega, double Alpha, double Beta, double NextVariance)
{
    /// <summary>Reads the parameters that the training left as an artifact of its run.</summary>
    public static async Task<GarchState> LoadAsync(MLOpsClient client, string runId, CancellationToken cancellationToken)
    {
        await using var content = await client.Artifacts.DownloadAsync(runId, "model/parameters.json", cancellationToken);
        using var file = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
        var estimates = file.RootElement.GetProperty("parameters").EnumerateArray()
            .ToDictionary(parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("estimate").GetDouble());
        return new GarchState(estimates["mu"], estimates["omega"], estimates["alpha"], estimates["beta"], file.RootElement.GetProperty("h_next").GetDouble());
    }

    /// <summary>The variance after one more day, for days that are not replayed.</summary>
    public GarchState After(double dailyReturn) => this with
    {
        NextVariance = Omega + (Alpha * (dailyReturn - Mu) * (dailyReturn - Mu)) + (Beta * NextVariance),
    };
}
