using System.Net;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>A body that announces more than it has and then breaks off.</summary>
internal sealed class BrokenContent : HttpContent
{
    private const int Announced = 1 << 20;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[Announced / 4]);
        await stream.FlushAsync();
        throw new IOException("The client breaks off here.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Announced;
        return true;
    }
}
