export {
  type MockMorphoBlue,
  type MockMorphoBlueOptions,
  type MockMorphoToken,
  mockMorphoBlue,
} from './mockMorphoBlue.ts'
