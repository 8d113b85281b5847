using System.Text;
using MLOps.Inference.Codecs;
using MLOps.Inference.Sequences;

namespace MLOps.Inference.Tests.Codecs;

public sealed class SequenceParametersTests
{
    public static TheoryData<string, SequenceStep?> Good => new()
    {
        { "{}", null },
        { """{"sequence_id":0}""", null },
        { """{"sequence_id":""}""", null },
        { """{"sequence_id":7,"sequence_start":true}""", new SequenceStep("7", Start: true) },
        { """{"sequence_id":"eur-usd","sequence_end":true,"sequence_start":false}""", new SequenceStep("eur-usd", End: true) },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Read_WhatClientsSend_IsUnderstood(string parameters, SequenceStep? expected) => Assert.Equal(expected, Read(parameters));

    [Theory]
    [InlineData("""{"sequence_id":1.5}""")]
    [InlineData("""{"sequence_id":true}""")]
    [InlineData("""{"sequence_id":18446744073709551615}""")]
    [InlineData("""{"sequence_id":"a","sequence_start":1}""")]
    [InlineData("""{"sequence_start":true}""")]
    public void Read_OtherForms_AreRefused(string parameters) =>
        Assert.Contains("equence_", Assert.Throws<InferenceException>(() => Read(parameters)).Message, StringComparison.Ordinal);

    private static SequenceStep? Read(string parameters)
    {
        using var request = OipRequestCodec.Read(Encoding.UTF8.GetBytes($$"""{"parameters":{{parameters}},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"""), null);
        return SequenceParameters.Read(request.Parameters);
    }
}
