using System.IO.Compression;
using System.Net.Http.Headers;
using Google.Protobuf;
using MLOps.Gateway.Otlp.Messages;

namespace MLOps.Gateway.Tests.Otlp;

/// <summary>Bodies of <c>/v1/traces</c>, and their sending.</summary>
internal static class Otlp
{
    public static Span Span(byte trace, byte span, byte? parent = null, string name = "work", params (string Key, AnyValue Value)[] attributes)
    {
        var made = new Span
        {
            TraceId = Id(16, trace),
            SpanId = Id(8, span),
            Name = name,
            StartTimeUnixNano = 1_000_000_000,
            EndTimeUnixNano = 1_500_000_000,
            Status = new Status { Code = Status.Types.StatusCode.Ok },
        };
        if (parent is { } number)
        {
            made.ParentSpanId = Id(8, number);
        }

        made.Attributes.AddRange(attributes.Select(attribute => new KeyValue { Key = attribute.Key, Value = attribute.Value }));
        return made;
    }

    public static AnyValue Text(string text) => new() { StringValue = text };

    public static ByteString Id(int length, byte last)
    {
        var bytes = new byte[length];
        bytes[^1] = last;
        return ByteString.CopyFrom(bytes);
    }

    public static byte[] Body(params Span[] spans)
    {
        var scope = new ScopeSpans();
        scope.Spans.AddRange(spans);
        var resource = new ResourceSpans();
        resource.ScopeSpans.Add(scope);
        var request = new ExportTraceServiceRequest();
        request.ResourceSpans.Add(resource);
        return request.ToByteArray();
    }

    public static async Task<(int Status, string? Type, string Body)> SendAsync(HttpClient http, byte[] body, string? experiment = "0", string type = "application/x-protobuf", string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        if (experiment is not null)
        {
            request.Headers.Add("x-mlflow-experiment-id", experiment);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }
}
