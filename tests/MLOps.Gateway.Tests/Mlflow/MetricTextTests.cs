using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Mlflow;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>A metric is written in one piece where that can be done, and nobody sees where.</summary>
public sealed class MetricTextTests
{
    private static readonly Gen<string> Keys = Gen.OneOf(
        Gen.String[Gen.Char['!', '~'], 1, 250],
        Gen.String[OneOf('a', '/', '"', '\\', '\n', '\u001f', '\u007f', 'é', '\u2028', '<', ' '), 1, 40],
        Gen.String[Gen.Char['a', 'z'], 251, 300]);

    private static readonly Gen<double> Values = Gen.OneOf(
        Gen.Double,
        Gen.Double[-1, 1],
        OneOf(0.0, -0.0, double.MaxValue, double.MinValue, double.Epsilon, 1e20, 1e15, 123456789012345680.0, double.NaN));

    [Fact]
    public void Metric_IsTheSameTextAsFieldByField() =>
        Gen.Select(Keys, Values, Gen.Long, Gen.Long, (key, value, time, step) => new Metric(key, value, time, step)).Sample(
            metric => Assert.Equal(FieldByField(metric), Written(json => MlflowJson.Metric(json, metric))),
            iter: 20_000);

    [Theory]
    [InlineData("loss", true)]
    [InlineData("val/loss 1", true)]
    [InlineData("a\"b", false)]
    [InlineData("a\\b", false)]
    [InlineData("é", false)]
    public void Key_ThatNeedsNoEscape_IsWrittenInOnePiece(string key, bool inOnePiece) =>
        Assert.Equal(inOnePiece, MetricText.TryWrite(new byte[MetricText.MaxBytes], new Metric(key, 0.5, 1, 2), out _));

    [Fact]
    public void LongestMetric_FitsTheRoom() =>
        Assert.True(MetricText.TryWrite(new byte[MetricText.MaxBytes], new Metric(new string('k', 250), -1.7976931348623157e-308, long.MinValue, long.MinValue), out _));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string FieldByField(Metric metric) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("key", metric.Key);
        if (double.IsNaN(metric.Value))
        {
            json.WriteString("value", "NaN");
        }
        else
        {
            json.WriteNumber("value", metric.Value);
        }

        json.WriteNumber("timestamp", metric.Timestamp);
        json.WriteNumber("step", metric.Step);
        json.WriteEndObject();
    });

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, MlflowJson.WriterOptions);
        json.WriteStartArray();
        json.WriteNumberValue(1); // So that a comma is due.
        write(json);
        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
