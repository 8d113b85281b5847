using System.Buffers;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.Tests.Endpoints;
using static MLOps.Gateway.Tests.Mlflow.MlflowHttp;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Answers of megabytes: in pieces of rented memory, many at a time.</summary>
public sealed class LargeAnswerTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const int Points = 12_000;
    private static readonly string Key = new('k', 100);

    [Fact]
    public async Task History_OfMegabytes_IsWhole_HoweverManyAskAtOnce()
    {
        var (run, _) = await platform.Http.CreateRunAsync();
        for (var first = 0; first < Points; first += 1000)
        {
            await platform.Http.PostAsync(Api + "runs/log-batch", new
            {
                run_id = run,
                metrics = Enumerable.Range(first, 1000).Select(i => new { key = Key, value = i / 7.0, timestamp = 1_000 + i, step = i }),
            });
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, cancellationToken) =>
        {
            using var answer = await platform.Http.GetAsync($"{Api}metrics/get-history?run_id={run}&metric_key={Key}&max_results=25000", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var announced = answer.Content.Headers.ContentLength;
            var text = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            Assert.Equal(announced, text.Length);
            Assert.True(text.Length > 1 << 20);
            using var json = System.Text.Json.JsonDocument.Parse(text);
            Assert.Equal(
                Enumerable.Range(0, Points).Select(i => (i / 7.0, (long)i)),
                json.RootElement.GetProperty("metrics").EnumerateArray().Select(point => (point.GetProperty("value").GetDouble(), point.GetProperty("step").GetInt64())));
        });
    }

    [Fact]
    public void Buffer_KeepsWhatWasWritten_AcrossPieces()
    {
        var buffer = new AnswerBuffer();
        for (var round = 0; round < 2; round++)
        {
            var expected = new ArrayBufferWriter<byte>();
            var random = new Random(round);
            while (expected.WrittenCount < 2_000_000)
            {
                var piece = new byte[random.Next(1, 90_000)];
                random.NextBytes(piece);
                expected.Write(piece);
                buffer.Write(piece);
            }

            Assert.False(buffer.IsSmall);
            Assert.Equal(expected.WrittenCount, buffer.Length);
            Assert.Equal(expected.WrittenSpan, buffer.Full.Append(buffer.Last).SelectMany(piece => piece.ToArray()).ToArray().AsSpan());
            buffer.Clear();
            Assert.True(buffer.IsSmall);
            Assert.Equal(0, buffer.Length);
        }
    }
}
