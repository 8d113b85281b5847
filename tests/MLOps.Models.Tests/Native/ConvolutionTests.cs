using MLOps.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Native;

/// <summary>libtorch's convolutions against plain loops in double precision, on whatever processor this is. See docs/decisions/0020-convolutions-without-onednn.md.</summary>
public sealed class ConvolutionTests
{
    private const int Batch = 16;
    private const int Length = 64;
    private const int Kernel = 3;

    static ConvolutionTests() => LibTorch.EnsureLoaded();

    /// <summary>Again and again, and after memory full of NaN was freed: wrong kernels read what nobody has written, which often is zero.</summary>
    [Theory]
    [InlineData(8, 40, 1)]
    [InlineData(40, 40, 1)]
    [InlineData(40, 40, 2)]
    [InlineData(40, 40, 8)]
    [InlineData(40, 40, 16)]
    [InlineData(17, 23, 4)]
    public void Conv1d_ForwardAndGradients_AreThoseOfPlainLoops(int channelsIn, int channelsOut, int dilation)
    {
        var random = new Random(channelsIn + dilation);
        var reach = (Kernel - 1) * dilation;
        var input = Numbers(random, Batch * channelsIn * (Length + reach));
        var weights = Numbers(random, channelsOut * channelsIn * Kernel);
        var upstream = Numbers(random, Batch * channelsOut * Length);
        var (output, inputGradient, weightGradient) = Plain(input, weights, upstream, channelsIn, channelsOut, dilation);

        for (var repetition = 0; repetition < 3; repetition++)
        {
            using var scope = NewDisposeScope();
            using Scalar none = float.NaN;
            using var noise = full([4_000_000 + (repetition * 100_000)], none); // so that freed memory is not zero by luck
            noise.Dispose();
            var x = tensor(input, [Batch, channelsIn, Length + reach], requires_grad: true);
            var w = tensor(weights, [channelsOut, channelsIn, Kernel], requires_grad: true);
            var y = nn.functional.conv1d(x, w, dilation: dilation);
            y.backward([tensor(upstream, [Batch, channelsOut, Length])]);

            AssertClose(output, y, "output");
            AssertClose(inputGradient, x.grad!, "gradient of the input");
            AssertClose(weightGradient, w.grad!, "gradient of the weights");
        }
    }

    private static (double[] Output, double[] InputGradient, double[] WeightGradient) Plain(
        float[] input, float[] weights, float[] upstream, int channelsIn, int channelsOut, int dilation)
    {
        var width = Length + ((Kernel - 1) * dilation);
        var output = new double[Batch * channelsOut * Length];
        var inputGradient = new double[input.Length];
        var weightGradient = new double[weights.Length];
        for (var b = 0; b < Batch; b++)
        {
            for (var o = 0; o < channelsOut; o++)
            {
                for (var i = 0; i < channelsIn; i++)
                {
                    for (var k = 0; k < Kernel; k++)
                    {
                        var weight = (((o * channelsIn) + i) * Kernel) + k;
                        var at = (((b * channelsIn) + i) * width) + (k * dilation);
                        var to = ((b * channelsOut) + o) * Length;
                        for (var t = 0; t < Length; t++)
                        {
                            output[to + t] += (double)weights[weight] * input[at + t];
                            inputGradient[at + t] += (double)weights[weight] * upstream[to + t];
                            weightGradient[weight] += (double)input[at + t] * upstream[to + t];
                        }
                    }
                }
            }
        }

        return (output, inputGradient, weightGradient);
    }

    private static void AssertClose(double[] expected, Tensor actual, string what)
    {
        var values = actual.detach().contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        var scale = expected.Max(Math.Abs);
        var worst = expected.Zip(values, (e, a) => double.IsFinite(a) ? Math.Abs(e - a) : double.PositiveInfinity).Max();
        Assert.True(worst <= 1e-5 * scale, $"The {what} differs by {worst:E2} from plain loops; the largest value is {scale:E2}.");
    }

    private static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = (random.NextSingle() * 2) - 1;
        }

        return numbers;
    }
}
