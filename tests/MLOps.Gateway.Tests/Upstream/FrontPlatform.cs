using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Upstream;

/// <summary>A platform with another server behind it.</summary>
internal sealed class FrontPlatform(string upstream) : ServingPlatform
{
    public static async Task<FrontPlatform> StartAsync(string upstream, params (string Key, string Value)[] settings)
    {
        var platform = new FrontPlatform(upstream);
        foreach (var (key, value) in settings)
        {
            platform.Settings[key] = value;
        }

        await platform.InitializeAsync();
        return platform;
    }

    protected override string? StoreUri() => upstream;
}
